package dev.outrail.bench.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Payments made by some threads. Thread {@code t} of {@code n} makes payments {@code first + t},
 * {@code first + t + n}, … one after the other, so that those of one key are committed in the order
 * of their numbers whenever the number of keys is a multiple of the number of threads.
 *
 * @param first number of the first payment
 * @param threads how many write at once
 * @param keys how many record keys there are; a multiple of {@code threads}
 * @param bytes about how large an event is
 */
public record Load(long first, int threads, long keys, int bytes) {

  private static final long LEAD_MICROS = 100_000;

  public Load {
    if (keys % threads != 0) {
      throw new IllegalArgumentException(
          "%d keys for %d threads: order per key would be left to chance".formatted(keys, threads));
    }
  }

  private interface Lane {
    void run(int thread, Written written) throws Exception;
  }

  /**
   * Open loop: payment {@code i} is due at {@code i / rate} and is made then or, if its thread is
   * late, at once. A system that stands still makes all payments of that time late, not one.
   *
   * @param rate payments a second
   */
  public Written open(PaymentWriter writer, int rate, long count) throws Exception {
    long begin = Micros.now() + LEAD_MICROS;
    return inParallel(
        (thread, written) -> {
          for (long i = thread; i < count; i += threads) {
            long due = begin + i * 1_000_000L / rate;
            for (long left = due - Micros.now(); left > 0; left = due - Micros.now()) {
              LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(left));
            }
            writer.pay(Payment.of(first + i, keys, bytes));
            written.add(first + i, due, Micros.now());
          }
        });
  }

  /** Closed loop: each thread makes its next payment when the last one is committed. */
  public Written closed(PaymentWriter writer, long count, long atMostMicros) throws Exception {
    long end = Micros.now() + atMostMicros;
    return inParallel(
        (thread, written) -> {
          for (long i = thread; i < count; i += threads) {
            long begun = Micros.now();
            if (begun >= end) {
              return;
            }
            writer.pay(Payment.of(first + i, keys, bytes));
            written.add(first + i, begun, Micros.now());
          }
        });
  }

  private Written inParallel(Lane lane) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Written>> lanes = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        lanes.add(
            executor.submit(
                () -> {
                  Written written = new Written();
                  lane.run(thread, written);
                  return written;
                }));
      }
      Written all = new Written();
      for (Future<Written> one : lanes) {
        all.addAll(one.get());
      }
      return all;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      executor.shutdownNow();
    }
  }
}
