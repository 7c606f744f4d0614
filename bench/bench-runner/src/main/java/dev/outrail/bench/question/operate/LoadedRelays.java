package dev.outrail.bench.question.operate;

import dev.outrail.bench.kit.Micros;
import dev.outrail.bench.measure.Arrivals;
import dev.outrail.bench.measure.Pause;
import dev.outrail.bench.measure.WriterClient;
import dev.outrail.bench.result.Recorder;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Relays under a load of payments, to which something happens. For one thread. */
final class LoadedRelays {

  /** Payments a second. */
  static final int RATE = 200;

  /** How many write at once. */
  static final int WRITERS = 10;

  private static final int KEYS = 1_000;
  private static final int BYTES = 256;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** How long the load lasts before it happens. */
  private static final Duration BEFORE = Duration.ofSeconds(2);

  /** How long from then on; the silence may last longer. */
  private static final Duration AFTER = Duration.ofSeconds(4);

  /** Payments of each load. */
  static final int COUNT = RATE * (int) BEFORE.plus(AFTER).toSeconds();

  private final WriterClient writer;
  private final Arrivals arrivals;
  private long written;

  /**
   * @param agent where the writer's agent listens
   */
  LoadedRelays(URI agent, Arrivals arrivals) {
    this.writer = new WriterClient(agent, WRITERS, KEYS, BYTES);
    this.arrivals = arrivals;
  }

  /**
   * The longest time without an arrival from then on, in microseconds. Returns when all of the load
   * has arrived, or nothing came any more for long.
   */
  long silenceOf(Runnable event) {
    long first = written;
    var load = CompletableFuture.supplyAsync(() -> writer.open(first, COUNT, RATE));
    Pause.of(BEFORE);
    long then = Micros.now();
    event.run();
    load.join();
    written += COUNT;
    arrivals.await(written, PATIENCE, PATIENCE);
    long[] seen = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      seen[i] = arrivals.firstSeen(first + i);
    }
    return Silence.longest(seen, then);
  }

  void recordCorrectness(Recorder recorder) {
    // What comes twice has time to come
    arrivals.await(Long.MAX_VALUE, Duration.ofSeconds(1), Duration.ofSeconds(1));
    recorder.record("missing_events", written - arrivals.distinct());
    recorder.record("duplicate_events", arrivals.duplicates());
    recorder.record("reordered_events", arrivals.reordered());
  }
}
