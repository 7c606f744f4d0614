package dev.outrail.order.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.order.Api.Answer;
import dev.outrail.order.CloseReason;
import dev.outrail.order.EventSchemas;
import dev.outrail.order.OrderStatus;
import dev.outrail.order.OrderTables;
import dev.outrail.order.OrderTables.OutboxRow;
import dev.outrail.order.RunningOrderApp;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

class SubmitIT extends RunningOrderApp {

  private static final String HEADER = "Idempotency-Key";

  /** A user of each test's own, whose orders can be counted. */
  private final long user = OrderTables.newNumber();

  private final String key = UUID.randomUUID().toString();

  @Autowired
  SubmitIT(JdbcClient jdbc) {
    super(jdbc);
  }

  @BeforeEach
  void stockAppKnowsNothing() {
    STOCK_APP.reset();
  }

  @Test
  void whatIsWantedBecomesOneOrderPerShopWithItsStockLocked() {
    long pot = tables.sku(2, 12900);
    long cup = tables.sku(1, 3550);
    long tray = tables.sku(2, 800);

    Answer answer = submit(items(pot, 1, cup, 2, tray, 3));

    assertThat(answer.status()).isEqualTo(200);
    List<Long> orders = ids(answer);
    assertThat(orders).hasSize(2).isSorted().isEqualTo(tables.ordersOf(user));
    assertThat(orders.get(0)).isGreaterThan(1_000_000);
    JsonNode ofShop1 = order(orders.get(0));
    JsonNode ofShop2 = order(orders.get(1));
    assertThat(ofShop1.path("shopId").asLong()).isEqualTo(1);
    assertThat(ofShop1.path("total").asLong()).isEqualTo(7100);
    assertThat(ofShop1.path("statusName").asString()).isEqualTo("UNPAID");
    assertThat(ofShop1.path("items").toString())
        .isEqualTo(
            "[{\"skuId\":%d,\"skuName\":\"Tasse № %d \\\"茶\\\"\",\"count\":2,\"price\":3550}]"
                .formatted(cup, cup));
    assertThat(ofShop2.path("shopId").asLong()).isEqualTo(2);
    assertThat(ofShop2.path("total").asLong()).isEqualTo(15300);
    assertThat(STOCK_APP.requests())
        .containsExactly(
            "{\"orders\":[{\"orderId\":%d,\"items\":[{\"skuId\":%d,\"count\":2}]},{\"orderId\":%d,\"items\":[{\"skuId\":%d,\"count\":1},{\"skuId\":%d,\"count\":3}]}]}"
                .formatted(orders.get(0), cup, orders.get(1), pot, tray));
    for (long orderId : orders) {
      assertThat(tables.outbox("order-created", orderId))
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.type()).isEqualTo("order.created.v1");
                assertThat(row.payload())
                    .contains("\"orderId\":" + orderId, "\"userId\":" + user)
                    .contains(order(orderId).path("createTime").toString());
                assertThat(row.traceparent()).isNotNull();
                assertThat(EventSchemas.errors(row.type(), row.payload())).isEmpty();
              });
      assertThat(tables.outbox("order-closed", orderId)).isEmpty();
    }
  }

  @Test
  void theSameKeyGetsTheSameAnswerInAnyOrderOfItemsAndAtTheFirstPrice() {
    long pot = tables.sku(2, 12900);
    long cup = tables.sku(1, 3550);
    Answer first = submit(items(pot, 1, cup, 2));
    tables.setPrice(pot, 99999);

    Answer second = submit(items(cup, 2, pot, 1));

    assertThat(second.body()).isEqualTo(first.body());
    assertThat(tables.ordersOf(user)).hasSize(2);
    assertThat(STOCK_APP.requests()).hasSize(1);
    for (long orderId : ids(first)) {
      assertThat(tables.outbox("order-created", orderId)).hasSize(1);
    }
  }

  @Test
  void aKeyStandsForOneSetOfItemsAndForOneUser() {
    long cup = tables.sku(1, 3550);
    List<Long> first = ids(submit(items(cup, 2)));

    Answer other = submit(items(cup, 3));
    Answer otherUser =
        api().post("/order/submit", USERS.of(user + 1_000_000), items(cup, 3), HEADER, key);

    assertThat(other.status()).isEqualTo(409);
    assertThat(other.code()).isEqualTo("A00002");
    assertThat(other.msg()).contains("Idempotency-Key");
    assertThat(tables.ordersOf(user)).isEqualTo(first);
    assertThat(otherUser.status()).isEqualTo(200);
    assertThat(ids(otherUser)).isNotEqualTo(first);
  }

  @Test
  void requestsWithOneKeyAtTheSameTimeMakeOneSetOfOrders() throws Exception {
    String body = items(tables.sku(1, 100), 1, tables.sku(2, 100), 1, tables.sku(3, 100), 1);

    List<Answer> answers = atOnce(8, () -> submit(body));

    assertThat(answers).extracting(Answer::status).containsOnly(200);
    assertThat(answers).extracting(this::ids).containsOnly(tables.ordersOf(user));
    for (long orderId : tables.ordersOf(user)) {
      assertThat(tables.outbox("order-created", orderId)).hasSize(1);
      assertThat(tables.order(orderId).version()).isEqualTo(1);
    }
  }

  @Test
  void withoutEnoughStockTheOrdersAreClosedAndTheAnswerStays() {
    long pot = tables.sku(2, 12900);
    long cup = tables.sku(1, 3550);
    STOCK_APP.answerNextNotStock(cup + "," + pot);

    Answer first = submit(items(pot, 1, cup, 2));
    Answer second = submit(items(pot, 1, cup, 2));

    assertThat(first.status()).isEqualTo(409);
    assertThat(first.code()).isEqualTo("A03010");
    assertThat(first.msg()).contains(Long.toString(pot), Long.toString(cup));
    assertThat(ids(first)).containsExactly(pot, cup);
    assertThat(second).isEqualTo(first);
    assertThat(STOCK_APP.requests()).hasSize(1);
    assertThat(tables.ordersOf(user)).hasSize(2);
    for (long orderId : tables.ordersOf(user)) {
      assertThat(tables.closeReason(orderId)).isEqualTo(CloseReason.NOT_STOCK);
      assertThat(tables.outbox("order-created", orderId)).isEmpty();
      assertThat(tables.outbox("order-closed", orderId))
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.payload()).contains("\"reason\":\"NOT_STOCK\"");
                assertThat(EventSchemas.errors(row.type(), row.payload())).isEmpty();
              });
    }
  }

  @Test
  void aFailureThatPassesIsRepeatedWithoutTheUserNoticing() {
    STOCK_APP.answerNext(503, null);
    STOCK_APP.answerNext(500, null);

    Answer answer = submit(items(tables.sku(1, 100), 1));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(STOCK_APP.requests()).hasSize(3).containsOnly(STOCK_APP.requests().get(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "503 |",
        "404 |",
        "200 |",
        "200 | <html>",
        "200 | {\"code\":\"A00005\",\"data\":null}",
        "409 | {\"code\":\"A03010\",\"data\":null}",
        "409 | {\"code\":\"A03010\",\"data\":[\"x\"]}",
        "409 | {\"code\":\"A03010\",\"data\":[1.5]}",
        "409 | {\"code\":\"00000\",\"data\":null}",
      })
  void withoutAUsableAnswerTheOrdersStaySubmittedUntilTheSameKeyComesAgain(
      int status, String body) {
    String wanted = items(tables.sku(1, 100), 1, tables.sku(2, 100), 1);
    for (int tries = 0; tries < 3; tries++) {
      STOCK_APP.answerNext(status, body);
    }

    Answer stuck = submit(wanted);
    List<Long> orders = tables.ordersOf(user);
    List<OrderStatus> stuckAt = statuses(orders);
    STOCK_APP.reset();
    Answer resumed = submit(wanted);

    assertThat(stuck.status()).isEqualTo(503);
    assertThat(stuck.code()).isEqualTo("A00005");
    assertThat(stuck.msg()).contains("submit again with the same Idempotency-Key");
    assertThat(orders).hasSize(2);
    assertThat(stuckAt).containsOnly(OrderStatus.SUBMITTED);
    assertThat(resumed.status()).isEqualTo(200);
    assertThat(ids(resumed)).isEqualTo(orders).isEqualTo(tables.ordersOf(user));
    assertThat(statuses(orders)).containsOnly(OrderStatus.UNPAID);
    assertThat(tables.outbox("order-created", orders.get(0))).hasSize(1);
  }

  @Test
  void silenceEndsWithTheTimeOutToo() {
    for (int tries = 0; tries < 3; tries++) {
      STOCK_APP.stayDumb();
    }

    Answer answer = submit(items(tables.sku(1, 100), 1));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(statuses(tables.ordersOf(user))).containsExactly(OrderStatus.SUBMITTED);
  }

  @Test
  void ordersThatTimedOutBeforeTheStockAnsweredStayClosed() {
    STOCK_APP.beforeTheNextAnswer(
        () -> tables.ordersOf(user).forEach(order -> tables.close(order, CloseReason.TIMED_OUT)));
    String wanted = items(tables.sku(1, 100), 1, tables.sku(2, 100), 1);

    Answer first = submit(wanted);
    Answer again = submit(wanted);

    assertThat(first.status()).isEqualTo(409);
    assertThat(first.code()).isEqualTo("A03003");
    assertThat(again).isEqualTo(first);
    assertThat(STOCK_APP.requests()).hasSize(1);
    for (long orderId : tables.ordersOf(user)) {
      assertThat(tables.closeReason(orderId)).isEqualTo(CloseReason.TIMED_OUT);
      assertThat(tables.outbox("order-created", orderId)).isEmpty();
    }
  }

  @Test
  void ofTwoRequestsThatStockAppAnswersDifferentlyTheFirstToEndStands() {
    String wanted = items(tables.sku(1, 100), 1);
    List<Answer> inBetween = new ArrayList<>();
    STOCK_APP.beforeTheNextAnswer(
        () -> {
          STOCK_APP.answerNextNotStock("1");
          inBetween.add(submit(wanted));
        });

    Answer slow = submit(wanted);

    assertThat(inBetween).hasSize(1).containsExactly(slow);
    assertThat(slow.code()).isEqualTo("A03010");
    assertThat(statuses(tables.ordersOf(user))).containsExactly(OrderStatus.CLOSED);
    assertThat(tables.outbox("order-closed", tables.ordersOf(user).get(0))).hasSize(1);
    assertThat(tables.outbox("order-created", tables.ordersOf(user).get(0))).isEmpty();
  }

  @Test
  void ofOrdersOfWhichOneTimedOutNoneIsOpened() {
    STOCK_APP.beforeTheNextAnswer(
        () -> tables.close(tables.ordersOf(user).get(0), CloseReason.TIMED_OUT));
    String wanted = items(tables.sku(1, 100), 1, tables.sku(2, 100), 1);

    Answer answer = submit(wanted);

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("A03003");
    assertThat(statuses(tables.ordersOf(user)))
        .containsExactly(OrderStatus.CLOSED, OrderStatus.SUBMITTED);
  }

  @Test
  void whatStockAppKnowsAsClosedIsExpired() {
    STOCK_APP.answerNextOrderClosed();

    Answer answer = submit(items(tables.sku(1, 100), 1));

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("A03003");
    assertThat(statuses(tables.ordersOf(user))).containsExactly(OrderStatus.SUBMITTED);
  }

  @Test
  void aSubmissionWhoseOrdersWereAllCancelledIsExpiredAndOneOfWhichSomeWereIsNot() {
    String wanted = items(tables.sku(1, 100), 1, tables.sku(2, 100), 1);
    Answer first = submit(wanted);

    cancel(ids(first).get(0));
    Answer oneLeft = submit(wanted);
    cancel(ids(first).get(1));
    Answer noneLeft = submit(wanted);

    assertThat(oneLeft).isEqualTo(first);
    assertThat(noneLeft.status()).isEqualTo(409);
    assertThat(noneLeft.code()).isEqualTo("A03003");
  }

  @Test
  void withoutAKeyOrWithOneThatIsNoneNothingIsSubmitted() {
    String wanted = items(tables.sku(1, 100), 1);
    List<Answer> answers = new ArrayList<>();
    answers.add(api().post("/order/submit", USERS.of(user), wanted));
    for (String bad : List.of("", "with space", "x".repeat(65))) {
      answers.add(api().post("/order/submit", USERS.of(user), wanted, HEADER, bad));
    }

    for (Answer answer : answers) {
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.code()).isEqualTo("A00002");
      assertThat(answer.msg()).contains("Idempotency-Key");
    }
    assertThat(tables.ordersOf(user)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"items\":null}",
        "{\"items\":[]}",
        "{\"items\":{}}",
        "{\"items\":[null]}",
        "{\"items\":[{\"skuId\":SKU}]}",
        "{\"items\":[{\"count\":1}]}",
        "{\"items\":[{\"skuId\":SKU,\"count\":0}]}",
        "{\"items\":[{\"skuId\":SKU,\"count\":-1}]}",
        "{\"items\":[{\"skuId\":SKU,\"count\":1001}]}",
        "{\"items\":[{\"skuId\":SKU,\"count\":1.5}]}",
        "{\"items\":[{\"skuId\":SKU,\"count\":\"1\"}]}",
        "{\"items\":[{\"skuId\":SKU,\"count\":1},{\"skuId\":SKU,\"count\":1}]}",
        "not JSON"
      })
  void whatIsNoListOfItemsIsRefused(String body) {
    long sku = tables.sku(1, 100);

    Answer answer = submit(body.replace("SKU", Long.toString(sku)));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("A00002");
    assertThat(tables.ordersOf(user)).isEmpty();
    assertThat(STOCK_APP.requests()).isEmpty();
  }

  @Test
  void whatCannotBeOrderedIsNamedAndTheKeyStaysFree() {
    long sold = tables.sku(1, 100);
    long withdrawn = tables.sku(1, 100, "CNY", false);
    long unknown = OrderTables.newNumber();
    long foreign = tables.sku(1, 100, "EUR", true);
    long dear = tables.sku(1, Long.MAX_VALUE / 2);
    long dearElsewhere = tables.sku(2, Long.MAX_VALUE / 2 + 2);

    Answer notOnSale = submit(items(sold, 1, withdrawn, 1, unknown, 1));
    Answer currencies = submit(items(sold, 1, foreign, 1));
    Answer tooDear = submit(items(dear, 3));
    Answer tooDearTogether = submit(items(dear, 1, dearElsewhere, 1));
    Answer good = submit(items(sold, 1));

    assertThat(Stream.of(notOnSale, currencies, tooDear, tooDearTogether))
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(400);
              assertThat(answer.code()).isEqualTo("A00002");
            });
    assertThat(notOnSale.msg())
        .contains(Long.toString(withdrawn), Long.toString(unknown))
        .doesNotContain(Long.toString(sold));
    assertThat(currencies.msg()).contains("CNY, EUR");
    assertThat(good.status()).isEqualTo(200);
    assertThat(tables.ordersOf(user)).hasSize(1);
  }

  @Test
  void aHundredSkusOfAHundredShopsAreOrderedAndOneMoreIsRefused() {
    List<Long> skus =
        IntStream.rangeClosed(1, 101).mapToObj(shop -> tables.sku(shop, 100)).toList();

    Answer hundred = submit(items(skus.subList(0, 100)));
    Answer oneMore =
        api().post("/order/submit", USERS.of(user), items(skus), HEADER, key + "-more");

    assertThat(hundred.status()).isEqualTo(200);
    assertThat(ids(hundred)).hasSize(100).isSorted();
    assertThat(oneMore.status()).isEqualTo(400);
    assertThat(tables.ordersOf(user)).hasSize(100);
  }

  @Test
  void aSubmittedOrderCanBePaidFromThenOn() {
    long orderId = ids(submit(items(tables.sku(1, 100), 2))).get(0);
    long payId = OrderTables.newNumber();

    TOPIC.publish(UUID.randomUUID().toString(), payId, payment(payId, part(orderId, 200)));
    awaitRead();

    assertThat(tables.order(orderId).payId()).isEqualTo(payId);
    assertThat(tables.outbox("order-notify-stock", orderId)).hasSize(1);
    assertThat(tables.outbox("order-pay-rejected", payId)).extracting(OutboxRow::payload).isEmpty();
  }

  private Answer submit(String body) {
    return api().post("/order/submit", USERS.of(user), body, HEADER, key);
  }

  private void cancel(long orderId) {
    assertThat(api().put("/orders/%d/cancel".formatted(orderId), USERS.of(user)).status())
        .isEqualTo(200);
  }

  private JsonNode order(long orderId) {
    return api().get("/orders/" + orderId, USERS.of(user)).data();
  }

  private List<Long> ids(Answer answer) {
    List<Long> ids = new ArrayList<>();
    answer.data().forEach(id -> ids.add(id.asLong()));
    return ids;
  }

  private List<OrderStatus> statuses(List<Long> orderIds) {
    return orderIds.stream().map(orderId -> tables.order(orderId).status()).toList();
  }

  /** Skus and counts in turn. */
  private static String items(long... skusAndCounts) {
    return IntStream.range(0, skusAndCounts.length / 2)
        .mapToObj(
            i ->
                "{\"skuId\":%d,\"count\":%d}"
                    .formatted(skusAndCounts[2 * i], skusAndCounts[2 * i + 1]))
        .collect(Collectors.joining(",", "{\"items\":[", "]}"));
  }

  private static String items(List<Long> skus) {
    return items(skus.stream().flatMapToLong(sku -> LongStream.of(sku, 1)).toArray());
  }

  private static <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
    CyclicBarrier start = new CyclicBarrier(times);
    ExecutorService threads = Executors.newFixedThreadPool(times);
    try {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        running.add(
            threads.submit(
                () -> {
                  start.await();
                  return call.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> each : running) {
        results.add(each.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
