package dev.outrail.messaging.outbox;

import org.jspecify.annotations.Nullable;

/** Which event is being applied on a thread: what is appended meanwhile follows from it. */
public final class Causation {

  private static final ThreadLocal<String> CURRENT = new ThreadLocal<>();

  private Causation() {}

  /**
   * Runs what applies one event, and nothing else. Whatever is appended meanwhile on this thread,
   * in this transaction or another, has that event as its cause unless it has one of its own.
   */
  public static void during(String eventId, Runnable applies) {
    String outer = CURRENT.get();
    CURRENT.set(eventId);
    try {
      applies.run();
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
  }

  static @Nullable String current() {
    return CURRENT.get();
  }
}
