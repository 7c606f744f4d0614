package dev.outrail.relay;

/** What a test's random choices begin with. */
final class Seed {

  private Seed() {}

  /** That of {@code -Dseed}, or one that no run had before; printed, so that it can be given. */
  static long next() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("Repeat with -Dseed=" + seed);
    return seed;
  }
}
