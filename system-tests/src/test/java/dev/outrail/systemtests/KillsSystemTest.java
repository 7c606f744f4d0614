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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** 500 payments over REST while relay, order-app and stock-app are killed again and again. */
class KillsSystemTest {

  private static final int PAYMENTS = 500;
  private static final int PAYERS = 4;
  private static final int ROUNDS = 3;

  @Test
  void everyOrderIsPaidOnceAndEveryEventArrivesOnceWhoeverIsKilled() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("KillsSystemTest: repeat with -Dseed=" + seed);
    Random random = new Random(seed);
    try (RunningMall mall = RunningMall.start(KillsSystemTest.class)) {
      List<List<Long>> payments = new ArrayList<>();
      SampleOrders sample = new SampleOrders(mall.testbed().mysql().dataSource(""), random);
      long next = 100_000;
      for (int payment = 0; payment < PAYMENTS; payment++) {
        int orders = 1 + random.nextInt(3);
        payments.add(sample.create(next, orders));
        next += orders;
      }
      List<Long> all = payments.stream().flatMap(List::stream).toList();

      AtomicInteger paid = new AtomicInteger();
      ExecutorService payers = Executors.newFixedThreadPool(PAYERS);
      try {
        List<Future<?>> running = new ArrayList<>();
        for (int payer = 0; payer < PAYERS; payer++) {
          int first = payer;
          running.add(
              payers.submit(
                  () -> {
                    for (int payment = first; payment < PAYMENTS; payment += PAYERS) {
                      payUntilAccepted(mall.client(), payments.get(payment));
                      paid.incrementAndGet();
                    }
                  }));
        }
        killInRounds(mall, paid, random);
        for (Future<?> each : running) {
          each.get(5, TimeUnit.MINUTES);
        }
      } finally {
        payers.shutdownNow();
      }
      mall.mall().awaitReady();
      mall.awaitStockSold(all, Duration.ofMinutes(3));

      assertThat(paid).hasValue(PAYMENTS);
      assertThat(
              mall.jdbc()
                  .sql(
                      """
                      SELECT COUNT(*) FROM mall4cloud_order.orders
                      WHERE status = 2 AND order_id >= 100000
                      """)
                  .query(Integer.class)
                  .single())
          .as("orders paid")
          .isEqualTo(all.size());
      mall.assertTopicEqualsOutbox("order-notify", "mall4cloud_payment");
      mall.assertTopicEqualsOutbox("order-notify-stock", "mall4cloud_order");
      mall.assertInvariants();
    }
  }

  /**
   * Each round kills each of the three once, at a random moment of its share of the payments, and
   * starts it again; the last round kills all of them at once.
   */
  private static void killInRounds(RunningMall running, AtomicInteger paid, Random random) {
    Mall mall = running.mall();
    List<Victim> victims =
        List.of(
            new Victim(mall.relayProcess(), mall.relayUri("/health/ready")),
            new Victim(mall.orderProcess(), mall.orderUri("/actuator/health/readiness")),
            new Victim(mall.stockProcess(), mall.stockUri("/actuator/health/readiness")));
    int share = PAYMENTS / (ROUNDS * victims.size() + 1);
    int reached = 0;
    for (int round = 1; round <= ROUNDS; round++) {
      boolean together = round == ROUNDS;
      for (Victim victim : victims) {
        reached += together ? random.nextInt(3) : share / 2 + random.nextInt(share);
        awaitPaid(paid, Math.min(reached, PAYMENTS - 20));
        victim.process().kill();
        System.out.printf(
            "KillsSystemTest: round %d, killed %s after %d payments%n",
            round, victim.process(), paid.get());
        if (!together) {
          victim.restart();
        }
      }
      if (together) {
        victims.forEach(victim -> victim.process().start());
        victims.forEach(Victim::awaitReady);
      }
    }
  }

  private record Victim(ManagedProcess process, URI ready) {

    void restart() {
      process.start();
      awaitReady();
    }

    void awaitReady() {
      process.awaitHttpOk(ready, Mall.START);
    }
  }

  private static void awaitPaid(AtomicInteger paid, int count) {
    Awaitility.await(count + " payments")
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> paid.get() >= count);
  }

  /** As a shop would: order-app may be down for the moment, then the payment is refused. */
  private static void payUntilAccepted(MallClient client, List<Long> orderIds) {
    Awaitility.await("payment of " + orderIds)
        .atMost(Duration.ofMinutes(3))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              try {
                MallClient.Answer answer = client.pay(orderIds);
                assertThat(answer.status()).as(answer.body().toString()).isIn(200, 503);
                return answer.status() == 200;
              } catch (UncheckedIOException e) {
                return false;
              }
            });
  }
}
