package dev.outrail.bench.contender.table;

import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.contender.Servers;
import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.process.FreePorts;
import dev.outrail.testbed.process.ManagedProcess;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A process of a module below {@code bench} with a {@link dev.outrail.bench.kit.WriterAgent}.
 *
 * @param agent where it listens
 */
record WriterProcess(ManagedProcess process, URI agent) implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration END = Duration.ofSeconds(20);

  /**
   * Starts it; {@link #awaitReady} waits until it takes payments. It gets the scene's servers,
   * first database and topic.
   *
   * @param settings further arguments
   */
  static WriterProcess start(Scene scene, String module, Map<String, String> settings) {
    int port = FreePorts.reserve();
    MySqlServer mysql = scene.servers().mysql();
    List<String> args = new ArrayList<>();
    add(args, BenchArgs.JDBC_URL, mysql.jdbcUrl(scene.database()));
    add(args, BenchArgs.JDBC_USER, mysql.rootUser());
    add(args, BenchArgs.JDBC_PASSWORD, mysql.rootPassword());
    add(args, BenchArgs.KAFKA, scene.servers().kafka().bootstrapServers());
    add(args, BenchArgs.TOPIC, scene.topic());
    add(args, BenchArgs.PORT, Integer.toString(port));
    add(args, BenchArgs.WRITERS, Integer.toString(scene.writers()));
    settings.forEach((name, value) -> add(args, name, value));
    ManagedProcess process = Servers.process(scene, module).args(args).start();
    return new WriterProcess(process, URI.create("http://127.0.0.1:" + port));
  }

  private static void add(List<String> args, String name, String value) {
    args.add("--" + name + "=" + value);
  }

  /** Returns once it takes payments. */
  WriterProcess awaitReady() {
    process.awaitHttpOk(agent.resolve("/ready"), START);
    return this;
  }

  /**
   * Ends it the orderly way, so that it signs off where its library keeps a list of instances; one
   * that does not end is killed.
   */
  @Override
  public void close() {
    try {
      process.stop(END);
    } catch (IllegalStateException e) {
      process.kill();
    }
  }
}
