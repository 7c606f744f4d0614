package dev.outrail.messaging.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outrail.messaging.MessagingDatabase;
import dev.outrail.messaging.outbox.JdbcOutbox;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.messaging.tracing.TraceContextSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.IllegalTransactionStateException;

class BatchInboxIT {

  private final MessagingDatabase database = new MessagingDatabase();
  private final Inbox inbox = new JdbcInbox(database.dataSource(), database.transactionManager());
  private final List<List<String>> calls = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void whatIsNewIsAppliedAtOnceAndInOrder() {
    apply(List.of("b", "d"), this::deposit);
    calls.clear();

    List<ApplyOutcome> outcomes = apply(List.of("a", "b", "c", "c", "d", "e"), this::deposit);

    assertThat(calls).containsExactly(List.of("a", "c", "e"));
    assertThat(outcomes)
        .containsExactly(
            ApplyOutcome.APPLIED,
            ApplyOutcome.REDELIVERY,
            ApplyOutcome.APPLIED,
            ApplyOutcome.REDELIVERY,
            ApplyOutcome.REDELIVERY,
            ApplyOutcome.APPLIED);
    assertThat(database.balance()).isEqualTo(5);
    assertThat(database.count("processed_message")).isEqualTo(5);
  }

  @Test
  void aUuidInUpperCaseIsARedeliveryOfTheOneInLowerCase() {
    String id = "0192f0c1-2a3b-4c4d-8e5f-0011223344ab";
    String upper = id.toUpperCase(Locale.ROOT);

    assertThat(apply(List.of(upper, id, "A", "a"), this::deposit))
        .containsExactly(
            ApplyOutcome.APPLIED,
            ApplyOutcome.REDELIVERY,
            ApplyOutcome.APPLIED,
            ApplyOutcome.APPLIED);
    assertThat(inbox.applyOnce("ledger", upper, () -> database.deposit(1)))
        .isEqualTo(ApplyOutcome.REDELIVERY);
    assertThat(marked()).containsExactly(id, "A", "a");
  }

  @Test
  void aWholeRedeliveryRunsNothing() {
    apply(List.of("a", "b"), this::deposit);
    calls.clear();

    assertThat(apply(List.of("a", "b"), this::deposit)).containsOnly(ApplyOutcome.REDELIVERY);
    assertThat(calls).isEmpty();
    assertThat(apply(List.of(), this::deposit)).isEmpty();
  }

  @Test
  void ofABadMessageAndThoseBehindItThereIsNothing() {
    Consumer<List<String>> pickyEffect =
        messages -> {
          deposit(messages);
          if (messages.contains("bad")) {
            throw new IllegalStateException("not this one");
          }
        };

    BatchFailedException failure =
        catchThrowableOfType(
            BatchFailedException.class, () -> apply(List.of("a", "b", "bad", "c"), pickyEffect));

    assertThat(failure.index()).isEqualTo(2);
    assertThat(failure).hasRootCauseMessage("not this one");
    assertThat(marked()).containsExactly("a", "b");
    assertThat(database.balance()).isEqualTo(2);

    assertThat(apply(List.of("c", "d"), pickyEffect)).containsOnly(ApplyOutcome.APPLIED);
    assertThat(database.balance()).isEqualTo(4);
  }

  @Test
  void ofABatchThatCommittedHalfwayNoMessageCountsAsAppliedAndNoneIsAppliedTwice() {
    apply(List.of("before"), this::deposit);
    calls.clear();
    Consumer<List<String>> committing =
        messages -> {
          deposit(messages);
          database.jdbc().sql("CREATE TABLE IF NOT EXISTS more (id INT PRIMARY KEY)").update();
        };

    BatchFailedException first =
        catchThrowableOfType(
            BatchFailedException.class, () -> apply(List.of("before", "a", "b", "c"), committing));
    BatchFailedException second =
        catchThrowableOfType(
            BatchFailedException.class, () -> apply(List.of("b", "c"), committing));

    assertThat(first.index()).isEqualTo(1);
    assertThat(first).hasCauseInstanceOf(ImplicitCommitException.class);
    assertThat(second.index()).isZero();
    assertThat(second).hasCauseInstanceOf(ImplicitCommitException.class).hasMessageContaining("b");
    assertThat(calls).containsExactly(List.of("a", "b", "c"));
    assertThat(database.balance()).isEqualTo(4);
  }

  @Test
  void aMessageWhoseIdCannotBeStoredIsOneThatFails() {
    BatchFailedException failure =
        catchThrowableOfType(
            BatchFailedException.class, () -> apply(List.of("a", "ключ", "b"), this::deposit));

    assertThat(failure.index()).isEqualTo(1);
    assertThat(failure).hasMessageContaining("ASCII");
    assertThat(marked()).containsExactly("a");
  }

  @Test
  void insideAnOpenTransactionItIsRefused() {
    assertThatThrownBy(
            () ->
                database
                    .transaction()
                    .executeWithoutResult(status -> apply(List.of("a"), this::deposit)))
        .isInstanceOf(IllegalTransactionStateException.class);
    assertThat(calls).isEmpty();
  }

  @Test
  void theNumberOfStatementsDoesNotGrowWithTheBatch() {
    Outbox outbox = new JdbcOutbox(database.dataSource(), TraceContextSource.none());
    Consumer<List<String>> announce =
        messages ->
            outbox.appendAll(
                messages.stream().map(id -> OutboxEvent.json("t", id, "t.v1", "{}")).toList());

    Map<String, Long> ofTen = statements(() -> apply(ids("ten", 10), announce));
    Map<String, Long> ofFiveHundred = statements(() -> apply(ids("many", 500), announce));

    assertThat(ofTen).containsEntry("Com_insert", 2L).containsEntry("Com_commit", 1L);
    assertThat(ofFiveHundred).isEqualTo(ofTen);

    List<String> halfNew = new ArrayList<>(ids("many", 250));
    halfNew.addAll(ids("more", 250));
    Map<String, Long> ofSeenAndNew = statements(() -> apply(halfNew, announce));
    assertThat(ofSeenAndNew).containsEntry("Com_insert", 3L).containsEntry("Com_commit", 1L);
    assertThat(database.count("outbox")).isEqualTo(10 + 500 + 250);
  }

  @Test
  void moreThanOneStatementHoldsIsMarkedAllTheSame() {
    apply(ids("m", 1_500), messages -> {});

    List<ApplyOutcome> outcomes = apply(ids("m", 2_500), messages -> {});

    assertThat(outcomes.subList(0, 1_500)).containsOnly(ApplyOutcome.REDELIVERY);
    assertThat(outcomes.subList(1_500, 2_500)).containsOnly(ApplyOutcome.APPLIED);
  }

  @Test
  void ofConcurrentBatchesThatOverlapEachMessageIsAppliedOnce() throws Exception {
    int deliveries = 6;
    CyclicBarrier together = new CyclicBarrier(deliveries);
    ExecutorService threads = Executors.newFixedThreadPool(deliveries);
    try {
      List<Future<Integer>> running = new ArrayList<>();
      for (int delivery = 0; delivery < deliveries; delivery++) {
        List<String> mine = ids("m", 200).subList(delivery * 10, 100 + delivery * 20);
        running.add(
            threads.submit(
                () -> {
                  together.await();
                  return applyAsAListenerDoes(mine);
                }));
      }
      for (Future<Integer> each : running) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(database.balance()).isEqualTo(200);
    assertThat(database.count("processed_message")).isEqualTo(200);
  }

  /** A deadlock or a lock that took too long ends an attempt, and the poll comes again. */
  private int applyAsAListenerDoes(List<String> messages) {
    for (int attempt = 1; ; attempt++) {
      try {
        apply(messages, this::deposit);
        return attempt;
      } catch (BatchFailedException e) {
        if (attempt == 50) {
          throw e;
        }
      }
    }
  }

  private List<ApplyOutcome> apply(List<String> messages, Consumer<List<String>> effect) {
    return inbox.applyBatch(
        "ledger",
        messages,
        Function.identity(),
        fresh -> {
          calls.add(List.copyOf(fresh));
          effect.accept(List.copyOf(fresh));
        });
  }

  private void deposit(List<String> messages) {
    database.deposit(messages.size());
  }

  private List<String> marked() {
    return database
        .jdbc()
        .sql("SELECT message_id FROM processed_message ORDER BY message_id")
        .query(String.class)
        .list();
  }

  private static List<String> ids(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(number -> prefix + "-" + number).toList();
  }

  /**
   * How often the server ran statements of each kind. Nobody else uses it meanwhile, but for a pool
   * that may look after its connections: selects do not count.
   */
  private Map<String, Long> statements(Runnable work) {
    Map<String, Long> before = counters();
    work.run();
    Map<String, Long> after = counters();
    return after.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> entry.getValue() - before.get(entry.getKey())));
  }

  private Map<String, Long> counters() {
    return database
        .jdbc()
        .sql(
            "SHOW GLOBAL STATUS WHERE Variable_name IN"
                + " ('Com_insert', 'Com_update', 'Com_commit', 'Com_rollback')")
        .query((row, number) -> Map.entry(row.getString("Variable_name"), row.getLong("Value")))
        .list()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
