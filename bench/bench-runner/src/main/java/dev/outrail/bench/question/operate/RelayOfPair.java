package dev.outrail.bench.question.operate;

import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.contender.ours.OutrailRelay;
import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.process.ExecutableJars;
import dev.outrail.testbed.process.FreePorts;
import dev.outrail.testbed.process.ManagedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** One of several relays with the name of a scene, in a process that can be started again. */
final class RelayOfPair implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final String PASSWORD = "relays";

  private final ManagedProcess process;
  private final URI ready;

  private RelayOfPair(ManagedProcess process, URI ready) {
    this.process = process;
    this.ready = ready;
  }

  /** Makes the account that the scene's relays read with. */
  static void createAccount(Scene scene) {
    scene
        .servers()
        .mysql()
        .createUser(
            account(scene),
            PASSWORD,
            "REPLICATION SLAVE, REPLICATION CLIENT ON *.*",
            "SELECT ON `%s`.outbox".formatted(scene.database()));
  }

  /** Not started yet. */
  static RelayOfPair of(Scene scene, int number) {
    int port = FreePorts.reserve();
    String name = "relay-" + number;
    ManagedProcess process =
        ManagedProcess.jar(ExecutableJars.find("outbox-relay"))
            .name(name)
            .jvmArgs("-XX:+UseParallelGC")
            .jvmArgs(OutrailRelay.flags())
            .logFile(scene.folder().resolve(name + ".log"))
            .args("--config", configuration(scene, name, port).toString())
            .build();
    return new RelayOfPair(process, URI.create("http://127.0.0.1:%d/health/ready".formatted(port)));
  }

  /**
   * Returns when it publishes or, with another active, reads along and is level with that one.
   *
   * @throws IllegalStateException if that takes too long
   */
  RelayOfPair start() {
    process.start().awaitHttpOk(ready, START);
    return this;
  }

  /** SIGKILL. */
  void kill() {
    process.kill();
  }

  /** SIGTERM, and returns when it has ended. */
  void stop() {
    process.stop(STOP);
  }

  @Override
  public void close() {
    process.close();
  }

  private static Path configuration(Scene scene, String name, int port) {
    MySqlServer mysql = scene.servers().mysql();
    String text =
        """
        name=%s
        from=now
        outbox.schemas=%s
        mysql.host=%s
        mysql.port=%d
        mysql.user=%s
        mysql.password=%s
        kafka.bootstrap.servers=%s
        position.topic=%1$s-positions
        quarantine.topic=%1$s-quarantine
        audit.topic=%1$s-audit
        http.bind=127.0.0.1
        http.port=%d
        http.health.port=0
        """
            .formatted(
                scene.name(),
                scene.database(),
                mysql.host(),
                mysql.port(),
                account(scene),
                PASSWORD,
                scene.servers().kafka().bootstrapServers(),
                port);
    try {
      return Files.writeString(scene.folder().resolve(name + ".properties"), text);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing the configuration of " + name, e);
    }
  }

  private static String account(Scene scene) {
    return "relays-" + Integer.toHexString(scene.name().hashCode());
  }
}
