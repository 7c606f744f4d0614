package dev.outrail.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.launch.Mall;
import dev.outrail.launch.MallClient;
import dev.outrail.testbed.process.ManagedProcess;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * 500 payments over REST while relay, order-app and stock-app are killed again and again, some
 * orders are cancelled under their payment, and an operator replays all topics in the end.
 */
class KillsSystemTest {

  private static final int PAYMENTS = 500;
  private static final int PAYERS = 4;
  private static final int ROUNDS = Integer.getInteger("test.mall.rounds", 3);
  private static final int CLOSED_PERCENT = 10;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Semaphore permits = new Semaphore(0);
  private final AtomicInteger paid = new AtomicInteger();
  private final Set<Long> toClose = ConcurrentHashMap.newKeySet();

  @Test
  void everyOrderIsPaidOnceAndEveryEventArrivesOnceWhoeverIsKilled() throws Exception {
    System.out.println("KillsSystemTest: repeat with -Dseed=" + seed);
    try (RunningMall mall = RunningMall.start(KillsSystemTest.class)) {
      List<List<Long>> payments = samplePayments(mall);
      List<Long> all = payments.stream().flatMap(List::stream).toList();

      ExecutorService payers = Executors.newFixedThreadPool(PAYERS);
      try {
        List<Future<?>> running = new ArrayList<>();
        for (int payer = 0; payer < PAYERS; payer++) {
          int first = payer;
          running.add(payers.submit(() -> payEveryFourth(mall, payments, first)));
        }
        killInRounds(mall);
        for (Future<?> each : running) {
          each.get(5, TimeUnit.MINUTES);
        }
      } finally {
        payers.shutdownNow();
      }
      mall.mall().awaitReady();
      assertThat(paid).hasValue(PAYMENTS);
      awaitSettled(mall, all);
      mall.awaitSettled(Duration.ofMinutes(3));

      mall.assertTopicEqualsOutbox("order-notify", "mall4cloud_payment");
      mall.assertTopicEqualsOutbox("order-notify-stock", "mall4cloud_order");
      mall.assertTopicEqualsOutbox("order-pay-rejected", "mall4cloud_order");
      mall.assertTopicEqualsOutbox("order-closed", "mall4cloud_order");
      mall.assertNoDeadLetters();
      mall.assertInvariants();
      long closed = ordersWithStatus(mall, 6);
      System.out.printf(
          "KillsSystemTest: %d payments of %d orders, %d of them closed meanwhile%n",
          PAYMENTS, all.size(), closed);
      assertThat(closed).as("orders that were closed meanwhile").isPositive();
    }
  }

  private List<List<Long>> samplePayments(RunningMall mall) {
    SampleOrders sample = new SampleOrders(mall.testbed().mysql().dataSource(""), random);
    List<List<Long>> payments = new ArrayList<>();
    sample.atOnce(
        () -> {
          long next = 100_000;
          for (int payment = 0; payment < PAYMENTS; payment++) {
            int orders = 1 + random.nextInt(3);
            List<Long> ids = sample.create(next, orders);
            payments.add(ids);
            next += orders;
            if (random.nextInt(100) < CLOSED_PERCENT) {
              toClose.add(ids.get(0));
            }
          }
        });
    return payments;
  }

  private void payEveryFourth(RunningMall mall, List<List<Long>> payments, int first) {
    for (int payment = first; payment < PAYMENTS; payment += PAYERS) {
      permits.acquireUninterruptibly();
      List<Long> orderIds = payments.get(payment);
      payUntilAccepted(mall.client(), orderIds);
      cancelIfUnpaid(mall, orderIds.get(0));
      paid.incrementAndGet();
    }
  }

  /** Races with the payment's event: whichever is first, the other has to give way. */
  private void cancelIfUnpaid(RunningMall mall, long orderId) {
    if (toClose.contains(orderId)) {
      Awaitility.await("order " + orderId + " cancelled or paid")
          .atMost(Duration.ofMinutes(3))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(200))
          .ignoreExceptionsInstanceOf(UncheckedIOException.class)
          .until(
              () -> mall.client().cancel(orderId).status(),
              status -> status == 200 || status == 409);
    }
  }

  /**
   * Lets the payers go on by a share of the payments before each kill, and kills at a random moment
   * of it. Each of the three is killed once a round and started again at once, while paying goes
   * on. The last round kills all three together, and rewinds both consumer groups to the beginning
   * before they come back, as an operator does who replays.
   */
  private void killInRounds(RunningMall running) throws Exception {
    Mall mall = running.mall();
    List<Victim> victims =
        List.of(
            new Victim(mall.relayProcess(), mall.relayUri("/health/ready")),
            new Victim(mall.orderProcess(), mall.orderUri("/actuator/health/readiness")),
            new Victim(mall.stockProcess(), mall.stockUri("/actuator/health/readiness")));
    int share = PAYMENTS / ((ROUNDS - 1) * victims.size() + 2);
    int allowed = 0;
    for (int round = 1; round < ROUNDS; round++) {
      for (Victim victim : victims) {
        victim.awaitReady();
        permits.release(share);
        awaitPaid(allowed + random.nextInt(share));
        allowed += share;
        kill(victim);
        victim.process().start();
      }
    }
    victims.forEach(Victim::awaitReady);
    permits.release(share);
    awaitPaid(allowed + random.nextInt(share));
    victims.forEach(this::kill);
    ConsumerGroups.rewind(running.testbed().kafka(), "order-app", "stock-app");
    victims.forEach(victim -> victim.process().start());
    permits.release(PAYMENTS);
  }

  private void kill(Victim victim) {
    victim.process().kill();
    System.out.printf(
        "KillsSystemTest: killed %s after %d payments%n", victim.process(), paid.get());
  }

  private record Victim(ManagedProcess process, URI ready) {

    void awaitReady() {
      process.awaitHttpOk(ready, Mall.START);
    }
  }

  private void awaitPaid(int count) {
    Awaitility.await(count + " payments")
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> paid.get() >= count);
  }

  /** Every order is either paid with its stock sold, or closed with its payment rejected. */
  private static void awaitSettled(RunningMall mall, List<Long> all) {
    Awaitility.await("all %d orders settled".formatted(all.size()))
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              assertThat(ordersWithStatus(mall, 1)).as("unpaid orders").isZero();
              assertThat(
                      mall.jdbc()
                          .sql(
                              """
                              SELECT o.order_id FROM mall4cloud_order.orders o
                              JOIN mall4cloud_stock.sku_stock_lock l USING (order_id)
                              WHERE o.status = 2 AND l.status <> 1 LIMIT 5
                              """)
                          .query(Long.class)
                          .list())
                  .as("paid orders whose stock is not sold")
                  .isEmpty();
              assertThat(
                      mall.jdbc()
                          .sql(
                              """
                              SELECT p.pay_id FROM mall4cloud_payment.pay_order p
                              JOIN mall4cloud_order.orders o USING (order_id)
                              WHERE o.status = 6 AND p.state NOT IN (2, 3) LIMIT 5
                              """)
                          .query(Long.class)
                          .list())
                  .as("payments of closed orders that are not to be refunded")
                  .isEmpty();
            });
  }

  private static int ordersWithStatus(RunningMall mall, int status) {
    return mall.jdbc()
        .sql("SELECT COUNT(*) FROM mall4cloud_order.orders WHERE status = :status")
        .param("status", status)
        .query(Integer.class)
        .single();
  }

  /** As a shop would: order-app may be down for the moment, then the payment is refused. */
  private static void payUntilAccepted(MallClient client, List<Long> orderIds) {
    Awaitility.await("payment of " + orderIds)
        .atMost(Duration.ofMinutes(3))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              MallClient.Answer answer = client.pay(orderIds);
              assertThat(answer.status()).as(answer.body().toString()).isIn(200, 503);
              return answer.status() == 200;
            });
  }
}
