package dev.outrail.testbed.mysql;

import dev.outrail.testbed.process.ManagedProcess;
import dev.outrail.testbed.process.TempFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A data folder made once per user (initialised, root's accounts in it, no binlog, no server uuid
 * yet) and copied for each server: a copy takes a tenth of a second, initialising takes several.
 */
final class DataTemplate {
  static final String ROOT_USER = "root";
  static final String ROOT_PASSWORD = "outrail-root";

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String ACCOUNTS =
      """
      ALTER USER 'root'@'localhost' IDENTIFIED BY '%1$s';
      CREATE USER 'root'@'%%' IDENTIFIED BY '%1$s';
      GRANT ALL PRIVILEGES ON *.* TO 'root'@'%%' WITH GRANT OPTION;
      SHUTDOWN;
      """
          .formatted(ROOT_PASSWORD);

  /** Raise this when what goes into the template changes. */
  private static final int EDITION = 1;

  /** A server takes it up only in a folder that was initialised with it. */
  private static final String FIXED = "--lower-case-table-names=";

  private final MySqlBinaries binaries;
  private final List<String> fixed;

  /**
   * @param extraArgs of the server; each set of those that its folder must be initialised with has
   *     a template of its own
   */
  DataTemplate(MySqlBinaries binaries, List<String> extraArgs) {
    this.binaries = binaries;
    this.fixed = extraArgs.stream().filter(argument -> argument.startsWith(FIXED)).toList();
  }

  /** Fills {@code data}, which must not exist yet. */
  void copyTo(Path data) {
    String name = binaries.label() + "-data-" + EDITION + String.join("", fixed).replace('=', '-');
    Path template = binaries.cache().folder(name, this::create);
    try {
      Path unfinished = data.resolveSibling("data.unfinished");
      TempFolders.delete(unfinished);
      copy(template.resolve("data"), unfinished);
      Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
      Files.createDirectories(data.resolveSibling("tmp"));
    } catch (IOException e) {
      throw new UncheckedIOException("Copying the data template to " + data, e);
    }
  }

  private void create(Path folder) throws IOException {
    Path work = TempFolders.create("mysql-template");
    try {
      Path data = work.resolve("data");
      Files.createDirectories(work.resolve("tmp"));
      Path accounts = Files.writeString(work.resolve("accounts.sql"), ACCOUNTS);
      run("mysqld-initialize", with(MySqldArguments.toInitialize(binaries, data)), work);
      run("mysqld-accounts", with(MySqldArguments.toRunOnce(binaries, data, accounts)), work);
      Files.deleteIfExists(data.resolve("auto.cnf")); // the server's uuid: each copy makes its own
      copy(data, folder.resolve("data"));
    } finally {
      TempFolders.delete(work);
    }
  }

  private List<String> with(List<String> arguments) {
    return Stream.concat(arguments.stream(), fixed.stream()).toList();
  }

  private void run(String name, List<String> command, Path work) {
    try (ManagedProcess process =
        ManagedProcess.command(command)
            .name(name)
            .environment(binaries.environment())
            .logFile(work.resolve(name + ".log"))
            .start()) {
      int exitCode = process.awaitExit(PATIENCE);
      if (exitCode != 0) {
        throw new IllegalStateException(
            "%s ended with %d:%n%s".formatted(name, exitCode, process.log()));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : tree.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
