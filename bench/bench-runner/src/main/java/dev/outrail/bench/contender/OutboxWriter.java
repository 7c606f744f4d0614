package dev.outrail.bench.contender;

import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.process.ManagedProcess;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Collectors;

/**
 * The process that makes payments with this project's outbox: the same for all who read the binlog.
 */
public final class OutboxWriter {

  private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

  private OutboxWriter() {}

  /**
   * Starts it and returns when it takes payments.
   *
   * @param port of 127.0.0.1, where its agent is to listen
   */
  public static ManagedProcess start(Scene scene, int port) {
    MySqlServer mysql = scene.servers().mysql();
    return Servers.process(scene, "bench-outrail")
        .args(
            "--bench.role=writer",
            "--bench.jdbc-urls="
                + scene.databases().stream().map(mysql::jdbcUrl).collect(Collectors.joining(",")),
            argument(BenchArgs.JDBC_USER, mysql.rootUser()),
            argument(BenchArgs.JDBC_PASSWORD, mysql.rootPassword()),
            argument(BenchArgs.TOPIC, scene.topic()),
            argument(BenchArgs.PORT, Integer.toString(port)),
            argument(BenchArgs.WRITERS, Integer.toString(scene.writers())))
        .start()
        .awaitHttpOk(agent(port).resolve("/ready"), STARTS_WITHIN);
  }

  /** Where the agent of a process listens that was given this port. */
  public static URI agent(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  private static String argument(String name, String value) {
    return "--" + name + "=" + value;
  }
}
