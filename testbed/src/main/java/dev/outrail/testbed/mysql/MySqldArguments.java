package dev.outrail.testbed.mysql;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the testbed runs mysqld: small, quick to start, and as safe as in production about what was
 * committed.
 */
final class MySqldArguments {

  private MySqldArguments() {}

  static List<String> toInitialize(MySqlBinaries binaries, Path data) {
    var arguments = common(binaries, data);
    arguments.add("--initialize-insecure");
    return arguments;
  }

  /** Runs the SQL in a file and ends; nothing can connect meanwhile. */
  static List<String> toRunOnce(MySqlBinaries binaries, Path data, Path sqlFile) {
    var arguments = common(binaries, data);
    arguments.addAll(List.of("--skip-networking", "--skip-log-bin", "--init-file=" + sqlFile));
    return arguments;
  }

  static List<String> toServe(MySqlBinaries binaries, Path data, MySqlSettings settings) {
    var arguments = common(binaries, data);
    arguments.addAll(
        List.of(
            "--port=" + settings.port(),
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            "--server-id=" + settings.port(),
            // what the relay needs
            "--log-bin=binlog",
            "--binlog-format=ROW",
            "--binlog-row-image=FULL",
            "--gtid-mode=ON",
            "--enforce-gtid-consistency=ON",
            // what a committed transaction needs to survive a kill; never traded for speed
            "--innodb-flush-log-at-trx-commit=1",
            "--sync-binlog=1"));
    arguments.addAll(settings.extraArgs());
    return arguments;
  }

  private static List<String> common(MySqlBinaries binaries, Path data) {
    var arguments =
        new ArrayList<>(
            List.of(
                binaries.mysqld().toString(),
                "--no-defaults",
                "--basedir=" + binaries.home(),
                "--datadir=" + data,
                "--tmpdir=" + data.resolveSibling("tmp"),
                "--socket=mysql.sock",
                "--pid-file=mysqld.pid",
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
                "--innodb-use-native-aio=OFF"));
    if ("root".equals(System.getProperty("user.name"))) {
      arguments.add("--user=root"); // else it refuses to run as root
    }
    return arguments;
  }
}
