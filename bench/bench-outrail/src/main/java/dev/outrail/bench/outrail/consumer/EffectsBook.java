package dev.outrail.bench.outrail.consumer;

import dev.outrail.bench.kit.Written;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** What was applied, when it had arrived and when its commit had returned. Thread-safe. */
final class EffectsBook {

  private final Written effects = new Written();
  private long redelivered;

  synchronized void applied(long seq, long arrived, long committed) {
    effects.add(seq, arrived, committed);
  }

  synchronized void redelivered() {
    redelivered++;
  }

  /** All effects so far, as {@link Written} writes them. */
  synchronized byte[] effects() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    effects.writeTo(out);
    return out.toByteArray();
  }

  /** {@code applied=} and {@code redelivered=}, a line each. */
  synchronized String counts() {
    return "applied=%d%nredelivered=%d%n".formatted(effects.size(), redelivered);
  }
}
