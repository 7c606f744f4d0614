package dev.outrail.testbed.containers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Remembers for a while, for all JVMs of this user, what was in the way of containers: else each
 * module of a build would wait anew for an image that can't be pulled. Only what took long to find
 * out is remembered.
 */
public final class ObstacleMemo {
  private static final Duration VALID = Duration.ofMinutes(15);
  private static final Duration LONG = Duration.ofSeconds(5);

  private final Path file;
  private final Clock clock;

  public ObstacleMemo(Path folder, Clock clock) {
    this.file = folder.resolve("containers-unusable");
    this.clock = clock;
  }

  /** What is remembered, else what {@code lookup} says. */
  public Optional<String> or(Supplier<Optional<String>> lookup) {
    Optional<String> remembered = read();
    if (remembered.isPresent()) {
      return remembered;
    }
    Instant before = clock.instant();
    Optional<String> found = lookup.get();
    if (Duration.between(before, clock.instant()).compareTo(LONG) > 0) {
      found.ifPresent(this::write);
    }
    return found;
  }

  private Optional<String> read() {
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      Duration age = Duration.between(Files.getLastModifiedTime(file).toInstant(), clock.instant());
      if (age.compareTo(VALID) > 0) {
        return Optional.empty();
      }
      return Optional.of(
          "%s (found out %d s ago; delete %s to look again)"
              .formatted(Files.readString(file).strip(), age.toSeconds(), file));
    } catch (IOException e) {
      return Optional.empty(); // another JVM was just writing or deleting it
    }
  }

  private void write(String obstacle) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, obstacle);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing " + file, e);
    }
  }
}
