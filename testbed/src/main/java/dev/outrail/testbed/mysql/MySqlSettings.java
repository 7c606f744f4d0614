package dev.outrail.testbed.mysql;

import java.nio.file.Path;
import java.util.List;

/**
 * What a MySQL server is started with.
 *
 * @param folder where data and log go; data that is there already is used
 * @param port the port on the loopback address
 * @param extraArgs arguments of mysqld; they win over the testbed's own
 */
public record MySqlSettings(Path folder, int port, List<String> extraArgs) {
  public MySqlSettings {
    extraArgs = List.copyOf(extraArgs);
  }
}
