package dev.outrail.demo;

import dev.outrail.launch.Mall;
import dev.outrail.launch.MallClient;
import dev.outrail.testbed.Testbed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** One payment over REST, followed through every table and topic that it touches. */
final class PaymentWalk {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(1);

  private final Mall mall;
  private final MallClient client;
  private final Steps steps;
  private final Testbed testbed;

  PaymentWalk(Testbed testbed, Mall mall, long userId, Steps steps) {
    this.testbed = testbed;
    this.mall = mall;
    this.client = new MallClient(mall, userId);
    this.steps = steps;
  }

  String token() {
    return client.token();
  }

  /**
   * Submits a tea pot and two cups, of two shops.
   *
   * @return the orders
   * @throws IllegalStateException if it is refused
   */
  List<Long> submit() {
    steps.say("");
    steps.say("The demo user submits a purchase, one tea pot and two cups, from two shops:");
    long sent = System.nanoTime();
    MallClient.Answer answer =
        client.submit(UUID.randomUUID().toString(), Map.of(501L, 1, 502L, 2));
    if (answer.status() != 200) {
      throw new IllegalStateException(
          "%s answered %d %s"
              .formatted(mall.orderUri("/order/submit"), answer.status(), answer.body()));
    }
    List<Long> orderIds = new ArrayList<>();
    answer.data().forEach(id -> orderIds.add(id.asLong()));
    steps.hop(System.nanoTime() - sent, "REST: orders " + orderIds + ", their stock locked");
    return orderIds;
  }

  /**
   * Pays and follows.
   *
   * @return what is missing or wrong in the end; nothing, if all went well
   */
  List<String> pay(List<Long> orderIds) {
    try (TopicWatch topics = TopicWatch.fromNow(testbed.kafka());
        Effects effects = new Effects(testbed.mysql())) {
      Effects.Stock before = effects.stock();
      steps.say("");
      steps.say("The demo user pays orders %s in one payment:".formatted(orderIds));

      long sent = System.nanoTime();
      MallClient.Answer answer = client.pay(orderIds);
      if (answer.status() != 200) {
        return List.of(
            "the payment: %s answered %d %s"
                .formatted(mall.paymentUri("/pay/order"), answer.status(), answer.body()));
      }
      long payId = answer.data().asLong();
      steps.hop(System.nanoTime() - sent, "REST: payment " + payId + " accepted");

      List<Hop> ahead = hops(payId, orderIds, topics, effects);
      List<String> missing = follow(ahead, sent);
      if (missing.isEmpty()) {
        missing.addAll(afterwards(payId, orderIds, topics, effects, before));
      }
      return missing;
    }
  }

  private static List<Hop> hops(
      long payId, List<Long> orderIds, TopicWatch topics, Effects effects) {
    List<String> orderKeys = orderIds.stream().map(String::valueOf).toList();
    List<Hop> hops = new ArrayList<>();
    hops.add(new Hop("paid: pay_info and its outbox row", () -> effects.isPaid(payId)));
    hops.add(
        new Hop(
            "in topic order-notify",
            () -> topics.has("order-notify", List.of(Long.toString(payId)))));
    hops.add(new Hop("orders paid, with their outbox rows", () -> effects.areOrdersPaid(orderIds)));
    hops.add(
        new Hop("in topic order-notify-stock", () -> topics.has("order-notify-stock", orderKeys)));
    hops.add(new Hop("stock sold", () -> effects.isStockSold(orderIds)));
    return hops;
  }

  private List<String> follow(List<Hop> ahead, long sent) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!ahead.isEmpty() && System.nanoTime() < deadline) {
      ahead.removeIf(
          hop -> {
            boolean there = hop.there().getAsBoolean();
            if (there) {
              steps.hop(System.nanoTime() - sent, hop.name());
            }
            return there;
          });
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return ahead.stream()
        .map(hop -> hop.name() + " (waited " + PATIENCE.toSeconds() + " s)")
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private List<String> afterwards(
      long payId, List<Long> orderIds, TopicWatch topics, Effects effects, Effects.Stock before) {
    List<String> wrong = new ArrayList<>(effects.problems(payId, orderIds, before));
    if (!client.isPaid(orderIds)) {
      wrong.add("isPay says that the orders are not paid");
    }
    for (long orderId : orderIds) {
      MallClient.Answer order = client.get(mall.orderUri("/orders/" + orderId));
      if (order.data().path("payId").asLong() != payId) {
        wrong.add("order %d over REST: %s".formatted(orderId, order.body()));
      }
    }
    wrong.addAll(topics.repeated());
    return wrong;
  }

  private record Hop(String name, BooleanSupplier there) {}
}
