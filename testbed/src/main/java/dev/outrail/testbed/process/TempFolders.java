package dev.outrail.testbed.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Folders that are gone once this JVM is, even when it was killed. Thread-safe. */
public final class TempFolders {

  private TempFolders() {}

  /** A new empty folder in the system's temp folder, readable by this user only. */
  public static Path create(String purpose) {
    Watchdog watchdog = Watchdog.get();
    try {
      Path folder = Files.createTempDirectory("outrail-" + purpose + "-");
      watchdog.deleteAtEnd(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("Can't make a temp folder for " + purpose, e);
    }
  }

  /**
   * Deletes a folder with all that is in it; does nothing when it isn't there. Links are not
   * followed.
   */
  public static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(folder, new Deleting());
    } catch (IOException e) {
      throw new UncheckedIOException("Can't delete " + folder, e);
    }
  }

  private static final class Deleting extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE; // its owner was faster
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        throw e;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
