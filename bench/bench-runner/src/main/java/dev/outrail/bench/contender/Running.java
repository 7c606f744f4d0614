package dev.outrail.bench.contender;

import dev.outrail.testbed.process.ManagedProcess;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** A contender at work; closing it ends its processes and leaves what they stored. */
public interface Running extends AutoCloseable {

  /**
   * Where the {@link dev.outrail.bench.kit.WriterAgent} listens.
   *
   * @throws IllegalStateException in {@link Mode#CARRY_ONLY}
   */
  URI writer();

  /** The processes that payments are made in. */
  List<ManagedProcess> writing();

  /** The processes that carry events; where the library does that in the writer's, the same. */
  List<ManagedProcess> carrying();

  /** How many events were read so far, for one that publishes nothing; else empty. */
  default Optional<ReadCount> readCount() {
    return Optional.empty();
  }

  @Override
  void close();

  /**
   * @param events read so far
   * @param first when the first was read, in microseconds since 1970; 0 if none was
   * @param last when the last was read
   */
  record ReadCount(long events, long first, long last) {}
}
