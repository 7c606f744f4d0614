package dev.outrail.testbed.mysql;

import dev.outrail.testbed.process.ManagedProcess;
import dev.outrail.testbed.process.Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** mysqld as a child process. */
final class EmbeddedMySql implements Server {
  private static final Duration STARTING = Duration.ofSeconds(90);
  private static final Duration STOPPING = Duration.ofSeconds(60);

  private final Path data;
  private final MySqlSettings settings;
  private final MySqlBinaries binaries;
  private final MySqlAccess access;
  private final ManagedProcess process;

  EmbeddedMySql(MySqlSettings settings, MySqlBinaries binaries, MySqlAccess access) {
    this.settings = settings;
    this.binaries = binaries;
    this.access = access;
    this.data = settings.folder().toAbsolutePath().resolve("data");
    this.process =
        ManagedProcess.command(MySqldArguments.toServe(binaries, data, settings))
            .name("mysqld")
            .environment(binaries.environment())
            .logFile(settings.folder().resolve("mysqld.log"))
            .build();
  }

  @Override
  public synchronized void start() {
    if (process.isRunning()) {
      return;
    }
    if (!Files.exists(data)) {
      new DataTemplate(binaries, settings.extraArgs()).copyTo(data);
    }
    process.start();
    process.await("answer to a query on port " + access.port(), STARTING, access::answers);
  }

  @Override
  public void stop() {
    process.stop(STOPPING);
  }

  @Override
  public void kill() {
    process.kill();
  }

  @Override
  public void pause() {
    process.pause();
  }

  @Override
  public void resume() {
    process.resume();
  }

  @Override
  public boolean isRunning() {
    return process.isRunning();
  }

  @Override
  public void discard() {
    process.kill();
  }
}
