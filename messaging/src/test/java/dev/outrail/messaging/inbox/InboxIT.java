package dev.outrail.messaging.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.messaging.MessagingDatabase;
import dev.outrail.messaging.jdbc.DatabaseFailures;
import dev.outrail.messaging.outbox.JdbcOutbox;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.messaging.tracing.TraceContextSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DuplicateKeyException;

class InboxIT {

  private static final String MESSAGE = "0192f0c1-2a3b-7c4d-8e5f-001122334455";

  private final MessagingDatabase database = new MessagingDatabase();
  private final Inbox inbox = new JdbcInbox(database.dataSource(), database.transactionManager());

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void aRedeliveryIsANoOpThatSaysSo() {
    ApplyOutcome first = inbox.applyOnce("ledger", MESSAGE, () -> database.deposit(10));
    ApplyOutcome second = inbox.applyOnce("ledger", MESSAGE, () -> database.deposit(10));

    assertThat(first).isEqualTo(ApplyOutcome.APPLIED);
    assertThat(second).isEqualTo(ApplyOutcome.REDELIVERY);
    assertThat(database.balance()).isEqualTo(10);
  }

  @Test
  void eachConsumerAppliesAMessageForItself() {
    inbox.applyOnce("ledger", MESSAGE, () -> database.deposit(10));
    ApplyOutcome other = inbox.applyOnce("statistics", MESSAGE, () -> database.deposit(1));

    assertThat(other).isEqualTo(ApplyOutcome.APPLIED);
    assertThat(database.balance()).isEqualTo(11);
  }

  @Test
  void aFailedEffectLeavesNoMarkSoThatTheRedeliveryAppliesIt() {
    assertThatThrownBy(
            () ->
                inbox.applyOnce(
                    "ledger",
                    MESSAGE,
                    () -> {
                      database.deposit(10);
                      throw new IllegalStateException("half way");
                    }))
        .hasMessage("half way");
    assertThat(database.count("processed_message")).isZero();
    assertThat(database.balance()).isZero();

    assertThat(inbox.applyOnce("ledger", MESSAGE, () -> database.deposit(10)))
        .isEqualTo(ApplyOutcome.APPLIED);
    assertThat(database.balance()).isEqualTo(10);
  }

  @Test
  void aDuplicateKeyOfTheEffectItselfIsAFailureNotARedelivery() {
    assertThatThrownBy(
            () ->
                inbox.applyOnce(
                    "ledger",
                    MESSAGE,
                    () -> database.jdbc().sql("INSERT INTO account VALUES (1, 0)").update()))
        .isInstanceOf(DuplicateKeyException.class);

    assertThat(database.count("processed_message")).isZero();
  }

  @Test
  void anEffectsEventExistsIfAndOnlyIfTheMessageIsMarked() {
    Outbox outbox = new JdbcOutbox(database.dataSource(), TraceContextSource.none());
    OutboxEvent deposited = OutboxEvent.json("deposits", "1", "deposited.v1", "{}");

    assertThatThrownBy(
            () ->
                inbox.applyOnce(
                    "ledger",
                    MESSAGE,
                    () -> {
                      outbox.append(deposited);
                      throw new IllegalStateException("after the append");
                    }))
        .hasMessage("after the append");
    assertThat(database.count("outbox")).isZero();

    inbox.applyOnce("ledger", MESSAGE, () -> outbox.append(deposited));
    inbox.applyOnce("ledger", MESSAGE, () -> outbox.append(deposited));
    assertThat(database.count("outbox")).isEqualTo(1);
  }

  @Test
  void insideAnOpenTransactionItCommitsOrRollsBackWithThat() {
    database
        .transaction()
        .executeWithoutResult(
            status -> {
              inbox.applyOnce("ledger", MESSAGE, () -> database.deposit(10));
              status.setRollbackOnly();
            });

    assertThat(database.count("processed_message")).isZero();
    assertThat(database.balance()).isZero();
  }

  @Test
  void ofManyConcurrentDeliveriesOneApplies() throws Exception {
    int deliveries = 12;
    CyclicBarrier together = new CyclicBarrier(deliveries);
    ExecutorService threads = Executors.newFixedThreadPool(deliveries);
    List<ApplyOutcome> outcomes = new ArrayList<>();
    try {
      List<Future<ApplyOutcome>> running = new ArrayList<>();
      for (int delivery = 0; delivery < deliveries; delivery++) {
        running.add(
            threads.submit(
                () -> {
                  together.await();
                  return inbox.applyOnce("ledger", MESSAGE, () -> database.deposit(10));
                }));
      }
      for (Future<ApplyOutcome> each : running) {
        outcomes.add(each.get());
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(outcomes).containsOnlyOnce(ApplyOutcome.APPLIED);
    assertThat(database.balance()).isEqualTo(10);
  }

  @Test
  void namesThatWouldNotFitAreRefused() {
    assertThatThrownBy(() -> inbox.applyOnce("", MESSAGE, () -> {}))
        .hasMessageContaining("consumer");
    assertThatThrownBy(() -> inbox.applyOnce("c".repeat(65), MESSAGE, () -> {}))
        .hasMessageContaining("64");
    assertThatThrownBy(() -> inbox.applyOnce("ledger", "ключ", () -> {}))
        .hasMessageContaining("ASCII");
  }

  @Test
  void aTransactionManagerOfAnotherDataSourceIsRefusedBeforeAnythingIsMarked() {
    try (MessagingDatabase other = new MessagingDatabase()) {
      Inbox wrong = new JdbcInbox(database.dataSource(), other.transactionManager());

      assertThatThrownBy(() -> wrong.applyOnce("ledger", "1", () -> database.deposit(1)))
          .isInstanceOf(InboxTransactionException.class)
          .hasMessageContaining("another data source");
      assertThatThrownBy(
              () ->
                  wrong.applyBatch(
                      "ledger", List.of("1", "2"), Function.identity(), all -> database.deposit(1)))
          .hasRootCauseInstanceOf(InboxTransactionException.class);
      assertThat(database.count("processed_message")).isZero();
      assertThat(database.balance()).isZero();
    }
  }

  @Test
  void anEffectThatGoesOnBehindADeadlockIsNotAppliedAndTheNextDeliveryIs() throws Exception {
    database.jdbc().sql("INSERT INTO account VALUES (2, 0)").update();
    CyclicBarrier bothHoldOne = new CyclicBarrier(2);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<?> heavier = other.submit(() -> holdTwoThenOne(bothHoldOne));

      assertThatThrownBy(
              () ->
                  inbox.applyOnce(
                      "ledger",
                      MESSAGE,
                      () -> {
                        database.deposit(10);
                        meet(bothHoldOne);
                        assertThatThrownBy(() -> change(2))
                            .isInstanceOf(CannotAcquireLockException.class);
                        database.deposit(1);
                      }))
          .isInstanceOf(LostTransactionException.class)
          .matches(failure -> !DatabaseFailures.passes(failure), "of the handler")
          .hasMessageContaining(MESSAGE);
      heavier.get();
    } finally {
      other.shutdownNow();
    }
    assertThat(database.count("processed_message")).isZero();
    assertThat(database.balance()).as("of the other").isEqualTo(100);

    assertThat(inbox.applyOnce("ledger", MESSAGE, () -> database.deposit(10)))
        .isEqualTo(ApplyOutcome.APPLIED);
    assertThat(database.balance()).isEqualTo(110);
  }

  /** Heavier, so that the server's choice of a victim is the inbox's transaction. */
  private void holdTwoThenOne(CyclicBarrier bothHoldOne) {
    database
        .transaction()
        .executeWithoutResult(
            status -> {
              for (int row = 100; row < 120; row++) {
                database.jdbc().sql("INSERT INTO account VALUES (?, 0)").param(row).update();
              }
              change(2);
              meet(bothHoldOne);
              change(1);
            });
  }

  private void change(int account) {
    database
        .jdbc()
        .sql("UPDATE account SET balance = balance + 100 WHERE id = ?")
        .param(account)
        .update();
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** The last one fails: the server commits before it finds that there is such a table. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE more (id INT PRIMARY KEY)",
        "TRUNCATE account",
        "COMMIT",
        "START TRANSACTION",
        "CREATE TABLE account (id INT PRIMARY KEY)"
      })
  void anEffectThatCommitsHalfwayIsSaidToHaveDoneSoAtEachDelivery(String statement) {
    Runnable committing =
        () -> {
          database.deposit(10);
          database.jdbc().sql(statement).update();
        };

    assertThatThrownBy(() -> inbox.applyOnce("ledger", MESSAGE, committing))
        .isInstanceOf(ImplicitCommitException.class)
        .hasMessageContaining("DDL");
    assertThat(database.count("processed_message")).as("it is too late for that").isEqualTo(1);
    assertThatThrownBy(() -> inbox.applyOnce("ledger", MESSAGE, committing))
        .as("no redelivery like others")
        .isInstanceOf(ImplicitCommitException.class);

    database.jdbc().sql("DELETE FROM processed_message").update();
    assertThat(inbox.applyOnce("ledger", MESSAGE, () -> database.deposit(1)))
        .as("as the exception says")
        .isEqualTo(ApplyOutcome.APPLIED);
    assertThat(inbox.applyOnce("ledger", MESSAGE, () -> database.deposit(1)))
        .isEqualTo(ApplyOutcome.REDELIVERY);
  }

  @Test
  void anEffectThatAppliesAnotherMessageIsStillInOneTransaction() {
    inbox.applyOnce(
        "ledger",
        MESSAGE,
        () -> {
          inbox.applyOnce("statistics", MESSAGE, () -> database.deposit(1));
          inbox.applyOnce("archive", MESSAGE, () -> database.deposit(1));
          database.deposit(10);
        });

    assertThat(database.balance()).isEqualTo(12);
    assertThat(database.count("processed_message")).isEqualTo(3);
  }
}
