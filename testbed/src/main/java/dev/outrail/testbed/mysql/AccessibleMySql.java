package dev.outrail.testbed.mysql;

import dev.outrail.testbed.process.Server;
import javax.sql.DataSource;

/** A server, wherever it runs, together with root's way into it. */
record AccessibleMySql(Server server, MySqlAccess access) implements MySqlServer {

  @Override
  public void start() {
    server.start();
  }

  @Override
  public void stop() {
    server.stop();
  }

  @Override
  public void kill() {
    server.kill();
  }

  @Override
  public void pause() {
    server.pause();
  }

  @Override
  public void resume() {
    server.resume();
  }

  @Override
  public boolean isRunning() {
    return server.isRunning();
  }

  @Override
  public void discard() {
    server.discard();
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
