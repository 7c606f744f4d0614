package dev.outrail.bench.contender;

import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.kafka.KafkaBroker;
import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.process.ExecutableJars;
import dev.outrail.testbed.process.ManagedProcess;
import dev.outrail.testbed.process.ManagedProcessBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The servers that all contenders share, and how their processes are started: all with the same
 * heap and the same collector.
 */
public record Servers(Testbed testbed) {

  /** The most heap of a contender's process, as {@code -Xmx} takes it. */
  public static final String HEAP = "512m";

  /**
   * System property: the folder that each process of a contender leaves a flight recording in. Not
   * set, nothing is recorded.
   */
  public static final String RECORDINGS = "bench.jfr";

  /**
   * System property: a further argument of each JVM of a contender. Not for measuring: for a smoke
   * run that is to start quickly.
   */
  public static final String JVM_ARGUMENT = "bench.jvm-argument";

  private static final Duration WRITES_RECORDING = Duration.ofSeconds(60);

  public MySqlServer mysql() {
    return testbed.mysql();
  }

  public KafkaBroker kafka() {
    return testbed.kafka();
  }

  /** A process of the executable jar of a module below {@code bench}, such as {@code bench-kit}. */
  public static ManagedProcessBuilder process(Scene scene, String module, String... jvmArgs) {
    return processOf(scene, "bench/" + module, jvmArgs);
  }

  /** The same for a module at any path from the root. */
  public static ManagedProcessBuilder processOf(Scene scene, String module, String... jvmArgs) {
    String name = module.substring(module.lastIndexOf('/') + 1);
    return processOf(scene, name, ExecutableJars.find(module), jvmArgs);
  }

  /**
   * The same for any jar.
   *
   * @param name for its files
   */
  public static ManagedProcessBuilder processOf(
      Scene scene, String name, Path jar, String... jvmArgs) {
    List<String> all = new ArrayList<>(List.of("-Xmx" + HEAP, "-XX:+UseParallelGC"));
    all.addAll(List.of(jvmArgs));
    String argument = System.getProperty(JVM_ARGUMENT);
    if (argument != null) {
      all.add(argument);
    }
    String recordings = recordings();
    if (recordings != null) {
      Path file = Path.of(recordings).resolve(name + "-" + scene.name() + ".jfr").toAbsolutePath();
      all.add("-XX:StartFlightRecording=dumponexit=true,settings=profile,filename=" + file);
    }
    return ManagedProcess.jar(jar)
        .name(name + "-" + scene.name())
        .jvmArgs(all)
        .logFile(scene.folder().resolve(name + ".log"));
  }

  /** Ends it: at once, or when it has written its recording. */
  public static void end(ManagedProcess process) {
    if (recordings() != null) {
      process.stop(WRITES_RECORDING);
    }
    process.close();
  }

  private static @Nullable String recordings() {
    return System.getProperty(RECORDINGS);
  }
}
