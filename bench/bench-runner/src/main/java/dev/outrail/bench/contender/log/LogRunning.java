package dev.outrail.bench.contender.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.outrail.bench.contender.Running;
import dev.outrail.bench.contender.Servers;
import dev.outrail.testbed.process.ManagedProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A process that reads and, if payments can be made, one that writes. */
final class LogRunning implements Running {

  private final ManagedProcess reader;
  private final @Nullable URI count;
  private @Nullable ManagedProcess writer;
  private @Nullable URI agent;

  /**
   * @param count where the reader tells how many events it has read; null if it publishes them
   */
  LogRunning(ManagedProcess reader, @Nullable URI count) {
    this.reader = reader;
    this.count = count;
  }

  /** Adds the process that writes, which is closed with this. */
  void written(ManagedProcess by, URI at) {
    writer = by;
    agent = at;
  }

  @Override
  public URI writer() {
    URI at = agent;
    if (at == null) {
      throw new IllegalStateException("No payments can be made here");
    }
    return at;
  }

  @Override
  public List<ManagedProcess> writing() {
    ManagedProcess process = writer;
    return process == null ? List.of() : List.of(process);
  }

  @Override
  public List<ManagedProcess> carrying() {
    return List.of(reader);
  }

  @Override
  public Optional<ReadCount> readCount() {
    return Optional.ofNullable(count).map(LogRunning::ask);
  }

  @Override
  public void close() {
    Servers.end(reader);
    writing().forEach(Servers::end);
  }

  private static ReadCount ask(URI count) {
    try (InputStream answer = count.toURL().openStream()) {
      String[] numbers = new String(answer.readAllBytes(), US_ASCII).split(" ", -1);
      return new ReadCount(
          Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
    } catch (IOException e) {
      throw new UncheckedIOException("Asking how many events were read", e);
    }
  }
}
