package dev.outrail.relay.ops;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that costs something, remembered for a second: however many ask, it is worked out once,
 * and by one of them at a time. Thread-safe.
 */
final class Recent<T> {

  private static final Duration FRESH = Duration.ofSeconds(1);

  private record Found<T>(T answer, long at, int generation) {}

  private final Supplier<T> source;
  private final AtomicInteger generation = new AtomicInteger();
  private @Nullable Found<T> last;

  Recent(Supplier<T> source) {
    this.source = source;
  }

  /** The answer of the last second, or a new one. A failure is not remembered. */
  synchronized T get() {
    Found<T> found = last;
    if (found != null
        && found.generation() == generation.get()
        && System.nanoTime() - found.at() < FRESH.toNanos()) {
      return found.answer();
    }
    int begun = generation.get();
    T answer = source.get();
    last = new Found<>(answer, System.nanoTime(), begun);
    return answer;
  }

  /** Something has changed: what is worked out from now on does not come from before. */
  void forget() {
    generation.incrementAndGet();
  }
}
