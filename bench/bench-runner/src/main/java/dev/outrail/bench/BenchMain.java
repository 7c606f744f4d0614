package dev.outrail.bench;

/** Runs the benchmark; {@code bench/run} starts it. */
public final class BenchMain {

  private BenchMain() {}

  public static void main(String[] args) {
    throw new UnsupportedOperationException("Not there yet");
  }
}
