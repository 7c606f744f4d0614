package dev.outrail.testbed.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks for a folder that takes a while to fill, notes each filling in a file, and says what it got.
 */
final class FillCacheMain {

  private FillCacheMain() {}

  public static void main(String[] args) throws IOException {
    Path fills = Path.of(args[1]);
    Path folder = new UserCache(Path.of(args[0])).folder("thing", empty -> fill(empty, fills));
    System.out.println("found " + Files.size(folder.resolve("file")) + " bytes");
  }

  private static void fill(Path folder, Path fills) throws IOException {
    Files.writeString(fills, "filled\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    Path file = folder.resolve("file");
    for (int part = 0; part < 20; part++) {
      Files.writeString(
          file, "x".repeat(1000), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }
}
