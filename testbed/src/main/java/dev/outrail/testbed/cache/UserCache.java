package dev.outrail.testbed.cache;

import dev.outrail.testbed.process.TempFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Folders that are filled once per user and then only read: unpacked binaries, libraries, a
 * prepared data folder. Thread-safe, also against other JVMs.
 *
 * <p>A folder appears whole or not at all: it is filled under another name, described by a marker
 * (a checksum over the names and sizes of all files), and renamed in one step. A folder that does
 * not match its marker, because somebody deleted or cut files, is made again.
 */
public final class UserCache {
  private static final String MARKER = ".complete";
  private static final Map<Path, Object> LOCKS_OF_THIS_JVM = new ConcurrentHashMap<>();

  private final Path root;

  public UserCache(Path root) {
    this.root = root.toAbsolutePath();
  }

  /**
   * {@code $OUTRAIL_CACHE}, else {@code $XDG_CACHE_HOME/outrail}, else {@code ~/.cache/outrail}.
   */
  public static UserCache ofUser() {
    return new UserCache(rootFor(System.getenv(), System.getProperty("user.home")));
  }

  static Path rootFor(Map<String, String> environment, String home) {
    String own = environment.getOrDefault("OUTRAIL_CACHE", "");
    if (!own.isBlank()) {
      return Path.of(own);
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path caches = xdg.isBlank() ? Path.of(home, ".cache") : Path.of(xdg);
    return caches.resolve("outrail");
  }

  public Path root() {
    return root;
  }

  /**
   * The folder of this name; filled first when it isn't there or is damaged. While one thread or
   * JVM fills it, others that ask for the same name wait. When {@code filler} fails, nothing stays
   * and the next one tries anew.
   */
  public Path folder(String name, Filler filler) {
    Path folder = root.resolve(name);
    try {
      if (isWhole(folder)) {
        return folder;
      }
      createRoot();
      synchronized (LOCKS_OF_THIS_JVM.computeIfAbsent(folder, key -> new Object())) {
        try (var lockFile =
                FileChannel.open(
                    root.resolve(name + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            var lock = lockFile.lock()) {
          if (!lock.isValid()) {
            throw new IOException("Lost the lock on " + folder);
          }
          if (!isWhole(folder)) {
            replace(folder, name, filler);
          }
        }
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Can't fill the cache folder %s (choose another place with the environment variable OUTRAIL_CACHE): %s"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  private void createRoot() throws IOException {
    Files.createDirectories(root);
    if (!Files.isWritable(root)) {
      throw new IOException("not writable");
    }
  }

  /** Only under the lock: whatever unfinished folder is around belongs to a JVM that died. */
  private void replace(Path folder, String name, Filler filler) throws IOException {
    String unfinishedPrefix = "." + name + ".";
    try (var leftovers =
        Files.newDirectoryStream(root, entry -> isUnfinished(entry, unfinishedPrefix))) {
      leftovers.forEach(TempFolders::delete);
    }
    Path unfinished = root.resolve(unfinishedPrefix + UUID.randomUUID());
    try {
      Files.createDirectory(unfinished);
      filler.fill(unfinished);
      Files.writeString(unfinished.resolve(MARKER), FolderChecksum.of(unfinished, MARKER));
      if (Files.exists(folder)) {
        Path damaged = root.resolve(unfinishedPrefix + UUID.randomUUID());
        Files.move(folder, damaged, StandardCopyOption.ATOMIC_MOVE);
        TempFolders.delete(damaged);
      }
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      TempFolders.delete(unfinished);
    }
  }

  private static boolean isUnfinished(Path entry, String prefix) {
    String name = entry.getFileName().toString();
    return name.startsWith(prefix)
        && name.length() == prefix.length() + UUID.randomUUID().toString().length();
  }

  private static boolean isWhole(Path folder) throws IOException {
    Path marker = folder.resolve(MARKER);
    return Files.isRegularFile(marker)
        && Files.readString(marker).equals(FolderChecksum.of(folder, MARKER));
  }

  /** Puts everything into a new, empty folder. */
  @FunctionalInterface
  public interface Filler {
    void fill(Path emptyFolder) throws IOException;
  }
}
