package dev.outrail.bench.contender;

import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.kafka.KafkaBroker;
import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.process.ExecutableJars;
import dev.outrail.testbed.process.ManagedProcess;
import dev.outrail.testbed.process.ManagedProcessBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * The servers that all contenders share, and how their processes are started: all with the same
 * heap and the same collector.
 */
public record Servers(Testbed testbed) {

  /** The most heap of a contender's process, as {@code -Xmx} takes it. */
  public static final String HEAP = "512m";

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
    List<String> all = new ArrayList<>(List.of("-Xmx" + HEAP, "-XX:+UseParallelGC"));
    all.addAll(List.of(jvmArgs));
    return ManagedProcess.jar(ExecutableJars.find(module))
        .name(name + "-" + scene.name())
        .jvmArgs(all)
        .logFile(scene.folder().resolve(name + ".log"));
  }
}
