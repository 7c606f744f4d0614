package dev.outrail.segmentid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SegmentIdsTest {

  private final ExecutorService background = Executors.newSingleThreadExecutor();

  @AfterEach
  void stopBackground() {
    background.shutdownNow();
  }

  @Test
  void idsRunThroughOneSegmentAfterTheOther() {
    SegmentIds ids = idsFrom(new Numbers(10));

    List<Long> taken = take(ids, 25);

    assertThat(taken).containsExactlyElementsOf(longsTo(25));
  }

  @Test
  void aSlowTableCostsNothingWhileTheOtherBufferLasts() throws Exception {
    CountDownLatch tableAnswers = new CountDownLatch(1);
    Numbers numbers = new Numbers(10);
    AtomicInteger fetches = new AtomicInteger();
    SegmentIds ids =
        idsFrom(
            () -> {
              if (fetches.incrementAndGet() > 1) {
                awaitUninterrupted(tableAnswers);
              }
              return numbers.next();
            });

    List<Long> whileSlow = take(ids, 10);
    tableAnswers.countDown();
    List<Long> afterwards = take(ids, 10);

    assertThat(whileSlow).containsExactlyElementsOf(longsTo(10));
    assertThat(afterwards).doesNotContainAnyElementsOf(whileSlow).hasSize(10);
  }

  @Test
  void whenBothBuffersAreEmptyAndTheTableFailsTheErrorNamesTagAndTable() {
    SegmentIds ids =
        idsFrom(
            () -> {
              throw new IllegalStateException("table gone");
            });

    assertThatThrownBy(ids::next)
        .isInstanceOf(SegmentIdsExhaustedException.class)
        .hasMessageContaining("'pay'")
        .hasMessageContaining("leaf_alloc")
        .hasRootCauseMessage("table gone");
  }

  @Test
  void aFailedFetchIsTriedAgainBeforeTheBufferIsEmpty() {
    Numbers numbers = new Numbers(100);
    AtomicInteger fetches = new AtomicInteger();
    SegmentIds ids =
        new SegmentIds(
            "pay",
            () -> {
              if (fetches.incrementAndGet() == 2) {
                throw new IllegalStateException("only this once");
              }
              return numbers.next();
            },
            Runnable::run,
            Duration.ofSeconds(5));

    take(ids, 80);

    assertThat(fetches).hasValue(3);
    assertThat(take(ids, 50)).contains(101L);
  }

  @Test
  void manyThreadsGetEachNumberOnce() throws Exception {
    SegmentIds ids = idsFrom(new Numbers(7));
    Set<Long> seen = ConcurrentHashMap.newKeySet();
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int caller = 0; caller < 8; caller++) {
        running.add(callers.submit(() -> seen.addAll(take(ids, 1_000))));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      callers.shutdownNow();
    }

    assertThat(seen).hasSize(8_000);
  }

  private SegmentIds idsFrom(SegmentSource source) {
    return new SegmentIds("pay", source, background, Duration.ofSeconds(5));
  }

  private static List<Long> take(SegmentIds ids, int count) {
    List<Long> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(ids.next());
    }
    return taken;
  }

  private static List<Long> longsTo(int last) {
    List<Long> numbers = new ArrayList<>();
    for (long number = 1; number <= last; number++) {
      numbers.add(number);
    }
    return numbers;
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Numbers implements SegmentSource {
    private final int step;
    private final AtomicLong last = new AtomicLong();

    Numbers(int step) {
      this.step = step;
    }

    @Override
    public Segment next() {
      long to = last.addAndGet(step);
      return new Segment(to - step + 1, to);
    }
  }
}
