package dev.outrail.payment.running;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs calls at the same moment, each on a thread of its own. */
public final class AtOnce {

  private AtOnce() {}

  /** The results in the order of the calls. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public static <T> List<T> run(Callable<T>... calls) throws Exception {
    CyclicBarrier start = new CyclicBarrier(calls.length);
    ExecutorService threads = Executors.newFixedThreadPool(calls.length);
    try {
      List<Future<T>> running =
          Arrays.stream(calls)
              .map(
                  call ->
                      threads.submit(
                          () -> {
                            start.await(10, TimeUnit.SECONDS);
                            return call.call();
                          }))
              .toList();
      List<T> results = new ArrayList<>();
      for (Future<T> each : running) {
        results.add(each.get(60, TimeUnit.SECONDS));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
