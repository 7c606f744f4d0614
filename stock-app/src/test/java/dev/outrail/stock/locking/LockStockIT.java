package dev.outrail.stock.locking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.stock.Api.Answer;
import dev.outrail.stock.LockStatus;
import dev.outrail.stock.RunningStockApp;
import dev.outrail.stock.SessionStatements;
import dev.outrail.stock.StockTables;
import dev.outrail.stock.StockTables.Pieces;
import dev.outrail.stock.ledger.HeldStock;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

class LockStockIT extends RunningStockApp {

  private final LockStock lockStock;
  private final SessionStatements statements;

  @Autowired
  LockStockIT(JdbcClient jdbc, LockStock lockStock, PlatformTransactionManager transactions) {
    super(jdbc);
    this.lockStock = lockStock;
    this.statements = new SessionStatements(jdbc, transactions);
  }

  @Test
  void allOrdersOfARequestAreLocked() {
    long pots = tables.sku(10);
    long cups = tables.sku(10);
    long one = StockTables.newNumber();
    long other = StockTables.newNumber();

    Answer answer =
        lock(order(one, item(cups, 3), item(pots, 2)) + "," + order(other, item(cups, 1)));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().toString())
        .isEqualTo("{\"code\":\"00000\",\"msg\":\"ok\",\"data\":true}");
    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(8, 2, 0));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(6, 4, 0));
    assertThat(tables.locks(one))
        .isEqualTo(Map.of(pots, LockStatus.LOCKED, cups, LockStatus.LOCKED));
    assertThat(tables.locks(other)).isEqualTo(Map.of(cups, LockStatus.LOCKED));
  }

  @Test
  void aRepetitionLocksNothingMoreAlsoAfterTheSale() {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();
    String request = order(orderId, item(pots, 2));
    lock(request);

    assertThat(lock(request).status()).isEqualTo(200);
    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(8, 2, 0));

    PAID.publish(ConsumedTopic.newEventId(), orderId, paid(orderId));
    awaitRead();

    assertThat(lock(request).status()).isEqualTo(200);
    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(8, 0, 2));
  }

  @Test
  void aRepetitionWithOneOrderMoreLocksThatOne() {
    long pots = tables.sku(10);
    long first = StockTables.newNumber();
    long second = StockTables.newNumber();
    lock(order(first, item(pots, 2)));

    assertThat(lock(order(first, item(pots, 2)) + "," + order(second, item(pots, 1))).status())
        .isEqualTo(200);

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(7, 3, 0));
  }

  @Test
  void anOrderThatHasOtherLocksIsRefusedAndKeepsThem() {
    long pots = tables.sku(10);
    long cups = tables.sku(10);
    long orderId = StockTables.newNumber();
    long other = StockTables.newNumber();
    lock(order(orderId, item(pots, 2)));

    for (String items :
        new String[] {
          order(orderId, item(pots, 3)),
          order(orderId, item(cups, 2)),
          order(orderId, item(pots, 2), item(cups, 1)) + "," + order(other, item(cups, 1))
        }) {
      Answer answer = lock(items);
      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.code()).isEqualTo("A00002");
    }

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(8, 2, 0));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(10, 0, 0));
    assertThat(tables.locks(other)).isEmpty();
  }

  @Test
  void ofAShortageNothingIsLeftAndItNamesTheSkus() {
    long pots = tables.sku(10);
    long cups = tables.sku(3);
    long unknown = StockTables.newNumber();
    long one = StockTables.newNumber();
    long other = StockTables.newNumber();

    Answer answer =
        lock(
            order(one, item(pots, 10), item(cups, 2))
                + ","
                + order(other, item(unknown, 1), item(cups, 2)));

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("A03010");
    assertThat(answer.data().toString()).isEqualTo("[%d,%d]".formatted(cups, unknown));
    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(10, 0, 0));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(3, 0, 0));
    assertThat(tables.locks(one)).isEmpty();
    assertThat(tables.locks(other)).isEmpty();
  }

  @Test
  void aRequestThatComesAfterTheOrderWasClosedIsRefused() {
    long pots = tables.sku(10);
    long closed = StockTables.newNumber();
    long other = StockTables.newNumber();
    CLOSED.publish(ConsumedTopic.newEventId(), closed, closed(closed));
    awaitRead();

    Answer answer = lock(order(closed, item(pots, 2)) + "," + order(other, item(pots, 1)));

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("A03003");
    assertThat(answer.body().path("msg").asString()).contains("[" + closed + "]");
    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(10, 0, 0));
    assertThat(tables.locks(closed)).isEmpty();
    assertThat(tables.locks(other)).isEmpty();
  }

  @Test
  void aRepetitionThatComesAfterTheReleaseIsRefusedToo() {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();
    lock(order(orderId, item(pots, 2)));
    CLOSED.publish(ConsumedTopic.newEventId(), orderId, closed(orderId));
    awaitRead();

    assertThat(lock(order(orderId, item(pots, 2))).code()).isEqualTo("A03003");
    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(10, 0, 0));
  }

  @Test
  void whatIsNotARequestIsRefused() {
    for (String body :
        new String[] {
          "",
          "null",
          "{}",
          "{\"orders\":[]}",
          "{\"orders\":[{\"orderId\":1}]}",
          "{\"orders\":[null]}"
        }) {
      Answer answer = api().post("/internal/locks", body, orderApp());
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.code()).isEqualTo("A00002");
    }
  }

  @Test
  void onlyApplicationsMayLock() {
    assertThat(api().post("/internal/locks", "{}", null).status()).isEqualTo(401);
    assertThat(api().post("/internal/locks", "{}", USERS.of(7)).status()).isEqualTo(401);
  }

  @Test
  void oneOrderThatManyLockAtOnceIsLockedOnceAndAllAreTold() throws Exception {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();
    String request = order(orderId, item(pots, 2));

    List<Answer> answers = atOnce(6, n -> lock(request));

    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(8, 2, 0));
  }

  @Test
  void newOrdersAreLockedNextToEachOtherWithoutADeadlock() throws Exception {
    long pots = tables.sku(1_000);
    long cups = tables.sku(1_000);
    long before = tables.deadlocks();

    for (int round = 0; round < 10; round++) {
      List<Answer> answers =
          atOnce(
              8,
              n ->
                  lock(
                      n % 2 == 0
                          ? order(StockTables.newNumber(), item(pots, 1), item(cups, 2))
                          : order(StockTables.newNumber(), item(cups, 2), item(pots, 1))));
      assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    }

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(920, 80, 0));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(840, 160, 0));
    assertThat(tables.deadlocks()).isEqualTo(before);
  }

  @Test
  void theNumberOfStatementsDoesNotGrowWithTheRequest() {
    List<Long> skus = LongStream.range(0, 60).map(n -> tables.sku(1_000)).boxed().toList();

    Map<String, Long> ofOne = statements.of(() -> lockStock.lock(locks(1, skus.subList(0, 1))));
    Map<String, Long> ofMany = statements.of(() -> lockStock.lock(locks(50, skus)));

    assertThat(ofOne)
        .isEqualTo(Map.of("Com_select", 3L, "Com_insert_select", 1L, "Com_update_multi", 1L));
    assertThat(ofMany).isEqualTo(ofOne);
    assertThat(tables.pieces(skus.get(1))).isEqualTo(new Pieces(950, 50, 0));
  }

  private static List<HeldStock> locks(int orders, List<Long> skus) {
    List<HeldStock> locks = new ArrayList<>();
    for (int i = 0; i < orders; i++) {
      long orderId = StockTables.newNumber();
      skus.forEach(sku -> locks.add(HeldStock.locked(orderId, sku, 1)));
    }
    return locks;
  }

  private static List<Answer> atOnce(int threads, IntFunction<Answer> call) throws Exception {
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Answer>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        running.add(
            pool.submit(
                () -> {
                  together.await();
                  return call.apply(number);
                }));
      }
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> each : running) {
        answers.add(each.get());
      }
      return answers;
    } finally {
      pool.shutdownNow();
    }
  }

  private Answer lock(String orders) {
    return api().post("/internal/locks", "{\"orders\":[" + orders + "]}", orderApp());
  }

  private static String order(long orderId, String... items) {
    return "{\"orderId\":%d,\"items\":[%s]}".formatted(orderId, String.join(",", items));
  }

  private static String item(long skuId, int count) {
    return "{\"skuId\":%d,\"count\":%d}".formatted(skuId, count);
  }
}
