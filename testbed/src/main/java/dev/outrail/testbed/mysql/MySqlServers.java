package dev.outrail.testbed.mysql;

import dev.outrail.testbed.cache.UserCache;
import dev.outrail.testbed.containers.Images;
import dev.outrail.testbed.containers.ServerContainer;
import java.util.Map;

/** The ways to have a MySQL server. */
public final class MySqlServers {
  private static final int INNER_PORT = 3306;

  private MySqlServers() {}

  /** A mysqld process from binaries that travel with this module; not started yet. */
  public static MySqlServer embedded(MySqlSettings settings) {
    MySqlAccess access = access("127.0.0.1", settings);
    return new AccessibleMySql(
        new EmbeddedMySql(settings, MySqlBinaries.in(UserCache.ofUser()), access), access);
  }

  /** mysqld of the official image; not started yet. The folder of the settings is not used. */
  public static MySqlServer container(MySqlSettings settings) {
    MySqlAccess access = access(ServerContainer.host(), settings);
    return new AccessibleMySql(
        new ServerContainer(
            Images.MYSQL.image(),
            settings.port(),
            INNER_PORT,
            Map.of("MYSQL_ROOT_PASSWORD", access.password(), "MYSQL_ROOT_HOST", "%"),
            MySqldArguments.toServeInContainer(settings),
            access::answers),
        access);
  }

  private static MySqlAccess access(String host, MySqlSettings settings) {
    return new MySqlAccess(
        host, settings.port(), DataTemplate.ROOT_USER, DataTemplate.ROOT_PASSWORD);
  }
}
