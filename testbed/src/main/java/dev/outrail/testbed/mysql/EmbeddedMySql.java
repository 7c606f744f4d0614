package dev.outrail.testbed.mysql;

import dev.outrail.testbed.process.ManagedProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.sql.DataSource;

/** mysqld as a child process. */
final class EmbeddedMySql implements MySqlServer {
  private static final Duration STARTING = Duration.ofSeconds(90);
  private static final Duration STOPPING = Duration.ofSeconds(60);

  private final Path data;
  private final MySqlBinaries binaries;
  private final MySqlAccess access;
  private final ManagedProcess process;

  EmbeddedMySql(MySqlSettings settings, MySqlBinaries binaries) {
    this.binaries = binaries;
    this.data = settings.folder().toAbsolutePath().resolve("data");
    this.access =
        new MySqlAccess(
            "127.0.0.1", settings.port(), DataTemplate.ROOT_USER, DataTemplate.ROOT_PASSWORD);
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
      new DataTemplate(binaries).copyTo(data);
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
  public String host() {
    return access.host();
  }

  @Override
  public int port() {
    return access.port();
  }

  @Override
  public String rootUser() {
    return access.user();
  }

  @Override
  public String rootPassword() {
    return access.password();
  }

  @Override
  public String version() {
    return access.version();
  }

  @Override
  public String jdbcUrl(String database) {
    return access.jdbcUrl(database);
  }

  @Override
  public DataSource dataSource(String database) {
    return access.dataSource(database);
  }

  @Override
  public void createDatabase(String name) {
    access.createDatabase(name);
  }

  @Override
  public void execute(String sql) {
    access.execute(sql);
  }

  @Override
  public void createUser(String name, String password, String... grants) {
    access.createUser(name, password, grants);
  }

  @Override
  public String toString() {
    return "MySQL on port " + access.port();
  }
}
