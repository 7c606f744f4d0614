package dev.outrail.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.inbox.BatchFailedException;
import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.stock.release.OrderClosed;
import dev.outrail.stock.release.ReleaseStock;
import dev.outrail.stock.sale.OrderPaid;
import dev.outrail.stock.sale.SellOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Many at once over a few SKUs. */
class StockUnderLoadIT extends RunningStockApp {

  private static final int SHOPPERS = 6;
  private static final int SUBMISSIONS = 40;
  private static final int PARTITIONS = 2;
  private static final int POLL = 20;

  private final Inbox inbox;
  private final SellOrder sellOrder;
  private final ReleaseStock releaseStock;

  @Autowired
  StockUnderLoadIT(JdbcClient jdbc, Inbox inbox, SellOrder sellOrder, ReleaseStock releaseStock) {
    super(jdbc);
    this.inbox = inbox;
    this.sellOrder = sellOrder;
    this.releaseStock = releaseStock;
  }

  @Test
  void ordersThatAreLockedSoldAndReleasedAtOnceAddUpAndNobodyWaitsInACircle() throws Exception {
    long deadlocks = tables.deadlocks();

    Mall mall = shop(new Random().nextLong(), false);

    assertThat(tables.deadlocks()).isEqualTo(deadlocks);
    assertThat(mall.failures.get()).isZero();
    assertThat(mall.answers.keySet()).containsExactlyInAnyOrder("200 00000", "409 A03010");
    assertAddsUp(mall);
  }

  @Test
  void ordersThatAreClosedWhileTheyAreBeingLockedAddUpAndNoDeadlockReachesACaller()
      throws Exception {
    Mall mall = shop(new Random().nextLong(), true);

    assertThat(mall.answers.keySet()).isSubsetOf("200 00000", "409 A03010", "409 A03003");
    assertThat(mall.answers.keySet()).contains("200 00000", "409 A03003");
    assertAddsUp(mall);
  }

  private Mall shop(long seed, boolean closesEarly) throws Exception {
    System.out.println("StockUnderLoadIT seed " + seed);
    Mall mall =
        new Mall(IntStream.range(0, 5).mapToObj(n -> tables.sku(250)).toList(), closesEarly);
    long deadlocks = tables.deadlocks();
    mall.run(seed);
    System.out.printf(
        "answers %s, tries of batches that failed %d, deadlocks %d%n",
        new TreeMap<>(mall.answers), mall.failures.get(), tables.deadlocks() - deadlocks);
    return mall;
  }

  private void assertAddsUp(Mall mall) {
    assertThat(tables.skusThatDoNotAddUp()).isZero();
    assertThat(mall.closed)
        .allSatisfy(
            orderId ->
                assertThat(tables.locks(orderId).values()).doesNotContain(LockStatus.LOCKED));
    assertThat(mall.closed)
        .allSatisfy(orderId -> assertThat(tables.hasTombstone(orderId)).isTrue());
    assertThat(mall.paid)
        .allSatisfy(
            orderId -> {
              Collection<LockStatus> locks = tables.locks(orderId).values();
              if (tables.appended(orderId).isEmpty()) {
                assertThat(locks).containsOnly(LockStatus.USED);
              } else {
                assertThat(locks).containsOnly(LockStatus.RELEASED);
              }
            });
  }

  @Test
  void twoConsumersBatchesOverTheSameSkusWaitForEachOtherAndNeverInACircle() throws Exception {
    int rounds = 20;
    List<Long> skus = IntStream.range(0, 60).mapToObj(n -> tables.sku(100_000)).toList();
    Random random = new Random(7);
    List<Long> orders =
        LongStream.range(0, 2L * rounds * POLL).map(n -> StockTables.newNumber()).boxed().toList();
    for (int from = 0; from < orders.size(); from += 40) {
      List<String> locks = new ArrayList<>();
      for (long order : orders.subList(from, from + 40)) {
        locks.add(order(order, random, skus));
      }
      assertThat(lock(locks).status()).isEqualTo(200);
    }
    long deadlocks = tables.deadlocks();
    List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    CyclicBarrier together = new CyclicBarrier(2);

    List<Callable<Void>> consumers = new ArrayList<>();
    for (int consumer = 0; consumer < 2; consumer++) {
      int first = consumer * POLL;
      consumers.add(
          () -> {
            for (int round = 0; round < rounds; round++) {
              int from = first + 2 * round * POLL;
              List<Long> mine = orders.subList(from, from + POLL);
              if (round % 2 == 0) {
                apply(
                    mine.stream().map(order -> Events.paid(order, 5)).toList(),
                    startingTogether(together, sizes, sellOrder::apply));
              } else {
                apply(
                    mine.stream().map(Events::closed).toList(),
                    startingTogether(together, sizes, releaseStock::apply));
              }
            }
            return null;
          });
    }
    atOnce(consumers);

    assertThat(sizes).hasSize(2 * rounds).containsOnly(POLL);
    assertThat(tables.deadlocks()).isEqualTo(deadlocks);
    assertThat(tables.skusThatDoNotAddUp()).isZero();
    assertThat(skus)
        .allSatisfy(
            sku -> {
              assertThat(tables.pieces(sku).lockStock()).isZero();
              assertThat(tables.pieces(sku).sold()).isPositive();
            });
  }

  /** When both have begun their transaction; one that is applied again alone does not wait. */
  private static <T> Consumer<List<ReceivedEvent<T>>> startingTogether(
      CyclicBarrier together, List<Integer> sizes, Consumer<List<ReceivedEvent<T>>> handler) {
    return events -> {
      sizes.add(events.size());
      if (events.size() == POLL) {
        try {
          together.await();
        } catch (InterruptedException | BrokenBarrierException e) {
          throw new IllegalStateException(e);
        }
      }
      handler.accept(events);
    };
  }

  private <T> void apply(List<ReceivedEvent<T>> events, Consumer<List<ReceivedEvent<T>>> handler) {
    inbox.applyBatch("stock-app", events, ReceivedEvent::id, handler);
  }

  private Api.Answer lock(List<String> orders) {
    return api()
        .post("/internal/locks", "{\"orders\":[" + String.join(",", orders) + "]}", orderApp());
  }

  /** Some of the SKUs, in any order. */
  private static String order(long orderId, Random random, List<Long> skus) {
    List<Long> shuffled = new ArrayList<>(skus);
    Collections.shuffle(shuffled, random);
    List<String> items =
        shuffled.subList(0, 1 + random.nextInt(4)).stream()
            .map(sku -> "{\"skuId\":%d,\"count\":%d}".formatted(sku, 1 + random.nextInt(3)))
            .toList();
    return "{\"orderId\":%d,\"items\":[%s]}".formatted(orderId, String.join(",", items));
  }

  private static void atOnce(List<Callable<Void>> works) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(works.size());
    try {
      List<Future<Void>> running = new ArrayList<>();
      works.forEach(work -> running.add(threads.submit(work)));
      for (Future<Void> each : running) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Shoppers that submit, pay and let time out; consumers that apply what comes of it. */
  private final class Mall {

    private final List<Long> skus;
    private final boolean closesEarly;
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();
    private final Set<Long> paid = ConcurrentHashMap.newKeySet();
    private final Set<Long> closed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failures = new AtomicInteger();
    private final List<BlockingQueue<ReceivedEvent<OrderPaid>>> paidTopic = partitions();
    private final List<BlockingQueue<ReceivedEvent<OrderClosed>>> closedTopic = partitions();
    private final CountDownLatch shopping = new CountDownLatch(SHOPPERS);

    Mall(List<Long> skus, boolean closesEarly) {
      this.skus = skus;
      this.closesEarly = closesEarly;
    }

    void run(long seed) throws Exception {
      List<Callable<Void>> works = new ArrayList<>();
      for (int shopper = 0; shopper < SHOPPERS; shopper++) {
        Random random = new Random(seed + shopper);
        works.add(
            () -> {
              try {
                for (int i = 0; i < SUBMISSIONS; i++) {
                  submit(random);
                }
              } finally {
                shopping.countDown();
              }
              return null;
            });
      }
      for (int partition = 0; partition < PARTITIONS; partition++) {
        BlockingQueue<ReceivedEvent<OrderPaid>> paidPartition = paidTopic.get(partition);
        BlockingQueue<ReceivedEvent<OrderClosed>> closedPartition = closedTopic.get(partition);
        works.add(() -> consume(paidPartition, sellOrder::apply));
        works.add(() -> consume(closedPartition, releaseStock::apply));
      }
      atOnce(works);
    }

    /** Of one that closes early, each fifth request is for an order that is being closed. */
    private void submit(Random random) {
      List<Long> orderIds =
          IntStream.range(0, 1 + random.nextInt(3)).mapToObj(n -> StockTables.newNumber()).toList();
      if (closesEarly && random.nextInt(5) == 0) {
        close(orderIds.get(0));
      }
      List<String> orders = new ArrayList<>();
      orderIds.forEach(orderId -> orders.add(order(orderId, random, skus)));
      Api.Answer answer = lock(orders);
      answers.merge(answer.status() + " " + answer.code(), 1, Integer::sum);
      boolean locked = answer.status() == 200;
      for (long orderId : orderIds) {
        int what = random.nextInt(10);
        if (!locked || what < 6) {
          close(orderId);
        }
        if (locked && what > 3) {
          pay(orderId);
        }
      }
    }

    private void pay(long orderId) {
      paid.add(orderId);
      paidTopic.get((int) (orderId % PARTITIONS)).add(Events.paid(orderId, 5));
    }

    private void close(long orderId) {
      closed.add(orderId);
      closedTopic.get((int) (orderId % PARTITIONS)).add(Events.closed(orderId));
    }

    /** As a listener does: what fails comes again, with what is behind it. */
    private <T> Void consume(
        BlockingQueue<ReceivedEvent<T>> partition, Consumer<List<ReceivedEvent<T>>> handler)
        throws InterruptedException {
      List<ReceivedEvent<T>> poll = new ArrayList<>();
      while (true) {
        boolean last = shopping.getCount() == 0;
        if (poll.isEmpty()) {
          ReceivedEvent<T> next = partition.poll(20, TimeUnit.MILLISECONDS);
          if (next != null) {
            poll.add(next);
          } else if (last) {
            return null;
          } else {
            continue;
          }
        }
        partition.drainTo(poll, POLL - poll.size());
        try {
          apply(poll, handler);
          poll.clear();
        } catch (BatchFailedException e) {
          if (failures.incrementAndGet() > 100) {
            throw e;
          }
        }
      }
    }

    private static <T> List<BlockingQueue<T>> partitions() {
      return IntStream.range(0, PARTITIONS)
          .<BlockingQueue<T>>mapToObj(n -> new LinkedBlockingQueue<>())
          .toList();
    }
  }
}
