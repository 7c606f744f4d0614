package dev.outrail.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.launch.MallClient;
import dev.outrail.launch.MallOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * 64 threads submit, pay, pay twice, cancel, let time run out and have the provider call back and
 * call back again, all on the same fifty orders at a time.
 */
class ConcurrencySystemTest {

  private static final int THREADS = 64;
  private static final int ORDERS = 50;
  private static final int ACTIONS = 12;
  private static final int GENERATIONS = Integer.getInteger("test.mall.generations", 4);
  private static final int SKUS = 6;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @Test
  void whateverHappensAtOnceMoneyAndStockAddUp() throws Exception {
    System.out.println("ConcurrencySystemTest: repeat with -Dseed=" + seed);
    MallOptions options =
        MallOptions.empty()
            .with("payment-app", Shop.PROVIDER_WAITS)
            .with("order-app", "--outrail.order.close.interval=200ms");
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (RunningMall mall = RunningMall.start(ConcurrencySystemTest.class, options)) {
      Shop shop = new Shop(mall);
      for (long sku = 1; sku <= SKUS; sku++) {
        // A few of them are rare, so that late payments meet empty shelves.
        shop.offer(sku, 1 + sku % 2, sku <= 2 ? 40 : 100_000);
      }
      for (int generation = 0; generation < GENERATIONS; generation++) {
        oneGeneration(mall, shop, threads, new Random(seed + generation));
        mall.awaitSettled(Duration.ofMinutes(2));
        mall.assertInvariants();
      }
      mall.assertNoDeadLetters();
      for (String topic : List.of("order-created", "order-closed", "order-notify-stock")) {
        mall.assertTopicEqualsOutbox(topic, "mall4cloud_order");
      }
      System.out.println("ConcurrencySystemTest: " + new TreeMap<>(answers));
      System.out.println("ConcurrencySystemTest: " + ends(mall));
    } finally {
      threads.shutdownNow();
    }
  }

  private void oneGeneration(RunningMall mall, Shop shop, ExecutorService threads, Random random)
      throws Exception {
    List<Long> orders = new ArrayList<>();
    Queue<Long> payments = new ConcurrentLinkedQueue<>();
    while (orders.size() < ORDERS) {
      Map<Long, Integer> pieces = new TreeMap<>(Map.of((long) SKUS, 1));
      pieces.put(1L + random.nextInt(SKUS), 1);
      MallClient.Answer answer = mall.client().submit(UUID.randomUUID().toString(), pieces);
      assertThat(answer.status()).isIn(200, 409);
      if (answer.status() == 200) {
        answer.data().forEach(id -> orders.add(id.asLong()));
      }
    }
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      Random own = new Random(random.nextLong());
      running.add(
          threads.submit(
              () -> {
                for (int action = 0; action < ACTIONS; action++) {
                  act(mall, shop, own, orders, payments);
                }
              }));
    }
    for (Future<?> each : running) {
      each.get(5, TimeUnit.MINUTES);
    }
    assertThat(failures).isEmpty();
  }

  private void act(
      RunningMall mall, Shop shop, Random random, List<Long> orders, Queue<Long> payments) {
    try {
      long order = orders.get(random.nextInt(orders.size()));
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> pay(mall, List.of(order), payments);
        case 3 -> {
          long other = orders.get(random.nextInt(orders.size()));
          pay(mall, other == order ? List.of(order) : List.of(order, other), payments);
        }
        case 4 -> count("cancel", mall.client().cancel(order).status(), Set.of(200, 409));
        case 5 -> shop.letTimePass(order);
        case 6 -> {
          Map<Long, Integer> pieces = Map.of(1L + random.nextInt(2), 1);
          count(
              "submit",
              mall.client().submit(UUID.randomUUID().toString(), pieces).status(),
              Set.of(200, 409));
        }
        default -> confirm(shop, random, payments);
      }
    } catch (RuntimeException | AssertionError e) {
      failures.add(e);
    }
  }

  private void pay(RunningMall mall, List<Long> orders, Queue<Long> payments) {
    MallClient.Answer answer = mall.client().pay(orders);
    count("pay", answer.status(), Set.of(200, 409));
    if (answer.status() == 200) {
      payments.add(answer.data().asLong());
    }
  }

  /** Any of the payments so far: some are confirmed several times, also at once. */
  private void confirm(Shop shop, Random random, Queue<Long> payments) {
    List<Long> known = new ArrayList<>(payments);
    if (!known.isEmpty()) {
      count("confirm", shop.confirm(known.get(random.nextInt(known.size()))), Set.of(200));
    }
  }

  private void count(String what, int status, Set<Integer> expected) {
    answers.computeIfAbsent(what + " " + status, key -> new AtomicInteger()).incrementAndGet();
    assertThat(expected).as("answer to " + what).contains(status);
  }

  private static Map<String, Long> ends(RunningMall mall) {
    Map<String, Long> ends = new TreeMap<>();
    mall.jdbc()
        .sql(
            """
            SELECT CONCAT_WS(' ', 'order', status, close_reason) AS ending, COUNT(*) AS number
            FROM mall4cloud_order.orders GROUP BY ending
            UNION ALL
            SELECT CONCAT('payment ', pay_status), COUNT(*)
            FROM mall4cloud_payment.pay_info GROUP BY pay_status
            """)
        .query((row, n) -> ends.put(row.getString(1), row.getLong(2)))
        .list();
    return ends;
  }
}
