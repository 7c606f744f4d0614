package dev.outrail.testbed.mysql;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the testbed runs mysqld: small, quick to start, and as safe as in production about what was
 * committed.
 */
final class MySqldArguments {
  private static final List<String> SMALL =
      List.of(
          "--mysqlx=OFF",
          "--character-set-server=utf8mb4",
          "--collation-server=utf8mb4_0900_ai_ci",
          "--default-time-zone=+00:00",
          "--log-error-verbosity=2",
          "--performance-schema=OFF",
          "--max-connections=250",
          "--innodb-buffer-pool-size=64M",
          "--innodb-buffer-pool-dump-at-shutdown=OFF",
          "--innodb-buffer-pool-load-at-startup=OFF",
          "--innodb-redo-log-capacity=64M",
          // its limits are shared by the whole machine, and small in containers
          "--innodb-use-native-aio=OFF");

  private MySqldArguments() {}

  static List<String> toInitialize(MySqlBinaries binaries, Path data) {
    var arguments = local(binaries, data);
    arguments.add("--initialize-insecure");
    return arguments;
  }

  /** Runs the SQL in a file and ends; nothing can connect meanwhile. */
  static List<String> toRunOnce(MySqlBinaries binaries, Path data, Path sqlFile) {
    var arguments = local(binaries, data);
    arguments.addAll(List.of("--skip-networking", "--skip-log-bin", "--init-file=" + sqlFile));
    return arguments;
  }

  static List<String> toServe(MySqlBinaries binaries, Path data, MySqlSettings settings) {
    var arguments = local(binaries, data);
    arguments.addAll(List.of("--port=" + settings.port(), "--bind-address=127.0.0.1"));
    arguments.addAll(forCapture(settings.port()));
    arguments.addAll(settings.extraArgs());
    return arguments;
  }

  /** For the image, whose own arguments say where things are. */
  static List<String> toServeInContainer(MySqlSettings settings) {
    var arguments = new ArrayList<String>();
    arguments.add("mysqld"); // the image prepares the data folder for this command only
    arguments.addAll(SMALL);
    arguments.addAll(forCapture(settings.port()));
    arguments.addAll(settings.extraArgs());
    return arguments;
  }

  private static List<String> forCapture(int serverId) {
    return List.of(
        "--skip-name-resolve",
        "--server-id=" + serverId,
        // what the relay needs
        "--log-bin=binlog",
        "--binlog-format=ROW",
        "--binlog-row-image=FULL",
        "--gtid-mode=ON",
        "--enforce-gtid-consistency=ON",
        // what a committed transaction needs to survive a kill; never traded for speed
        "--innodb-flush-log-at-trx-commit=1",
        "--sync-binlog=1");
  }

  private static List<String> local(MySqlBinaries binaries, Path data) {
    var arguments =
        new ArrayList<>(
            List.of(
                binaries.mysqld().toString(),
                "--no-defaults",
                "--basedir=" + binaries.home(),
                "--datadir=" + data,
                "--tmpdir=" + data.resolveSibling("tmp"),
                "--socket=mysql.sock",
                "--pid-file=mysqld.pid"));
    arguments.addAll(SMALL);
    if ("root".equals(System.getProperty("user.name"))) {
      arguments.add("--user=root"); // else it refuses to run as root
    }
    return arguments;
  }
}
