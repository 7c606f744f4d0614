package dev.outrail.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.launch.Mall;
import dev.outrail.testbed.kafka.KafkaBroker;
import dev.outrail.testbed.process.ManagedProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A second order-app and a second stock-app come and go, by SIGTERM and by SIGKILL, while orders
 * are paid: each join and each leave hands partitions over in the middle of their records.
 */
class RebalancesSystemTest {

  private static final int ROUNDS = Integer.getInteger("test.mall.rebalances", 1);
  private static final Duration STOP = Duration.ofSeconds(20);

  /** Of order-app, and of stock-app: each is a member of the application's group. */
  private static final int LISTENERS = 2;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void effectsAreThereOnceWhoeverHasThePartitionsAndAReplayOfEverythingChangesNothing()
      throws Exception {
    System.out.println("RebalancesSystemTest: repeat with -Dseed=" + seed);
    try (RunningMall mall = RunningMall.start(RebalancesSystemTest.class)) {
      SampleOrders sample = new SampleOrders(mall.testbed().mysql().dataSource(""), random);
      ManagedProcess secondOrder = mall.mall().anotherOrderApp();
      ManagedProcess secondStock = mall.mall().anotherStockApp();
      List<Long> paid = new ArrayList<>();
      AtomicInteger accepted = new AtomicInteger();
      AtomicBoolean enough = new AtomicBoolean();
      Thread paying = new Thread(() -> payUntil(enough, mall, sample, paid, accepted), "paying");
      paying.start();
      try {
        for (int round = 0; round < ROUNDS; round++) {
          comeAndGo(mall, Map.of("order-app", secondOrder, "stock-app", secondStock), accepted);
        }
      } finally {
        enough.set(true);
        paying.join();
      }
      assertThat(paid).as("the payer went on to the end").hasSize(accepted.get());
      mall.awaitStockSold(paid, Duration.ofMinutes(3));
      mall.awaitSettled(Duration.ofMinutes(2));
      mall.assertInvariants();
      mall.assertNoDeadLetters();

      replayEverything(mall);
      System.out.printf("RebalancesSystemTest: %d payments%n", paid.size());
    }
  }

  /** Partitions go to the second instances, and back; payments are made all the while. */
  private void comeAndGo(
      RunningMall mall, Map<String, ManagedProcess> seconds, AtomicInteger accepted) {
    KafkaBroker kafka = mall.testbed().kafka();
    Map<String, Integer> alone = new TreeMap<>();
    for (String group : seconds.keySet()) {
      alone.put(group, ConsumerGroups.awaitMembers(kafka, group, LISTENERS, 1));
    }
    seconds.values().forEach(ManagedProcess::start);
    seconds.values().forEach(second -> second.awaitLog("Started .*Application", Mall.START));
    alone.forEach(
        (group, members) -> ConsumerGroups.awaitMembers(kafka, group, 2 * LISTENERS, members + 1));
    awaitPaid(accepted, accepted.get() + 20);
    for (ManagedProcess second : seconds.values()) {
      if (random.nextBoolean()) {
        second.kill();
      } else {
        second.stop(STOP);
      }
    }
    awaitPaid(accepted, accepted.get() + 20);
    alone.forEach(
        (group, members) -> ConsumerGroups.awaitMembers(kafka, group, LISTENERS, members));
  }

  private static void replayEverything(RunningMall mall) throws Exception {
    String before = mall.state();
    List<ManagedProcess> consumers =
        List.of(
            mall.mall().orderProcess(), mall.mall().stockProcess(), mall.mall().paymentProcess());
    consumers.forEach(consumer -> consumer.stop(STOP));
    ConsumerGroups.rewind(mall.testbed().kafka(), "order-app", "stock-app", "payment-app");
    consumers.forEach(ManagedProcess::start);
    mall.mall().awaitReady();
    ConsumerGroups.awaitRead(mall.testbed().kafka(), "order-app", "stock-app", "payment-app");

    assertThat(mall.state()).as("after a replay from offset 0").isEqualTo(before);
    mall.assertInvariants();
    mall.assertNoDeadLetters();
  }

  private void payUntil(
      AtomicBoolean enough,
      RunningMall mall,
      SampleOrders sample,
      List<Long> paid,
      AtomicInteger accepted) {
    long next = 10_000;
    while (!enough.get()) {
      List<Long> orders = sample.create(next++, 1);
      mall.pay(orders);
      paid.addAll(orders);
      accepted.incrementAndGet();
    }
  }

  private static void awaitPaid(AtomicInteger accepted, int count) {
    Awaitility.await(count + " payments")
        .atMost(Duration.ofMinutes(3))
        .until(() -> accepted.get() >= count);
  }
}
