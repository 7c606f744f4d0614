package dev.outrail.testbed.mysql;

import dev.outrail.testbed.cache.UserCache;

/** The ways to have a MySQL server. */
public final class MySqlServers {

  private MySqlServers() {}

  /** A mysqld process from binaries that travel with this module; not started yet. */
  public static MySqlServer embedded(MySqlSettings settings) {
    return new EmbeddedMySql(settings, MySqlBinaries.in(UserCache.ofUser()));
  }
}
