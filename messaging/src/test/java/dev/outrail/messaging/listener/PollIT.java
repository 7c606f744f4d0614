package dev.outrail.messaging.listener;

import static dev.outrail.messaging.listener.Consuming.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.outrail.messaging.MessagingDatabase;
import dev.outrail.messaging.deadletter.DeadLetter;
import dev.outrail.messaging.deadletter.DeadLetter.State;
import dev.outrail.messaging.deadletter.DeadLetters.Query;
import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.messaging.kafka.TransientMessageException;
import dev.outrail.messaging.listener.Consuming.Process;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;

/** What becomes of the events of a poll, on a real database. */
class PollIT {

  private final MessagingDatabase database = new MessagingDatabase();
  private final Consuming consuming = new Consuming(database);

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void aPollIsOneTransactionAndABadEventCostsTheOthersNothing() {
    consuming.beforeEach(
        deposit -> {
          if (deposit.note().equals("refused")) {
            throw new PermanentMessageException("refused");
          }
        });
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    for (int number = 0; number < 20; number++) {
      records.add(consuming.event(0, "key" + number, "n" + number));
    }
    records.add(consuming.event(0, "bad", "refused"));
    String twice = UUID.randomUUID().toString();
    for (int number = 0; number < 2; number++) {
      records.add(
          consuming.record(0, "twice", twice, Consuming.TYPE, "{\"amount\":1,\"note\":\"twice\"}"));
    }
    records.add(consuming.record(0, "no JSON", newId(), Consuming.TYPE, "not JSON"));
    records.add(consuming.record(0, "unknown", newId(), "deposited.v9", "{}"));
    records.add(consuming.event(0, "last", "last"));

    Poll poll = consuming.process().poll(records);

    assertThat(poll.waiting()).isEmpty();
    assertThat(done(poll)).containsExactly(Map.entry(0, 26L));
    List<String> expected = new ArrayList<>();
    IntStream.range(0, 20).forEach(number -> expected.add("n" + number));
    expected.addAll(List.of("twice", "last"));
    assertThat(consuming.notes()).containsExactlyElementsOf(expected);
    assertThat(consuming.sizes().get(0)).as("not one by one").isGreaterThan(20);
    assertThat(letters())
        .extracting(DeadLetter::key, DeadLetter::state, DeadLetter::attempts)
        .containsExactly(
            tuple("bad", State.FAILED, 1),
            tuple("no JSON", State.FAILED, 1),
            tuple("unknown", State.FAILED, 1));
    assertThat(database.count("processed_message")).as("marked, all of them").isEqualTo(25);
  }

  @Test
  void laterEventsOfAKeyWaitBehindTheOneThatFailedAndOthersDoNot() {
    refuse("first");
    Process process = consuming.process();

    process.poll(
        List.of(
            consuming.event(0, "held", "first"),
            consuming.event(0, "held", "second"),
            consuming.event(0, "free", "other")));
    process.poll(List.of(consuming.event(0, "held", "third"), consuming.event(0, "free", "more")));

    assertThat(consuming.notes()).containsExactly("other", "more");
    assertThat(letters())
        .extracting(DeadLetter::state)
        .containsExactly(State.FAILED, State.BEHIND, State.BEHIND);
  }

  @Test
  void whoeverReadsThePartitionNextHoldsTheKeyAsWell() {
    refuse("first");
    Process next = consuming.process();
    next.poll(List.of(consuming.event(1, "any", "nothing is held")));
    Process former = consuming.process();
    ConsumerRecord<String, byte[]> first = consuming.event(0, "held", "first");

    former.poll(List.of(first));
    next.poll(List.of(first, consuming.event(0, "held", "second")));
    next.partitionsChanged();
    next.poll(List.of(consuming.event(0, "held", "third")));

    assertThat(consuming.notes()).containsExactly("nothing is held");
    assertThat(letters()).hasSize(3);
  }

  /** Several threads of one consumer: what one has found out is not what another has done since. */
  @Test
  void whatOneThreadHoldsTheOthersDoNotForget() throws Exception {
    refuse("bad");
    Process process = consuming.process();
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () -> {
              while (!enough.get()) {
                process.poll(List.of(consuming.event(1, "other", "free")));
              }
            });
    try {
      for (int number = 0; number < 200; number++) {
        String key = "key" + number;
        process.poll(List.of(consuming.event(0, key, "bad")));
        process.poll(List.of(consuming.event(0, key, "later")));
        consuming.operator().discardKey(CONSUMER, Consuming.TOPIC, key, "me", "tidying up");
      }
    } finally {
      enough.set(true);
      other.get();
    }

    assertThat(consuming.notes()).doesNotContain("later");
  }

  @Test
  void wherePassingIsChosenLaterEventsOfTheKeyAreApplied() {
    refuse("first");
    Process process = consuming.processThatPasses();

    process.poll(List.of(consuming.event(0, "key", "first"), consuming.event(0, "key", "second")));

    assertThat(consuming.notes()).containsExactly("second");
    assertThat(letters()).extracting(DeadLetter::state).containsExactly(State.FAILED);
    assertThat(database.count("held_key")).isZero();
  }

  @Test
  void whatIsTriedAgainHoldsUpItsPartitionOnlyAndTheOthersAreCommitted() {
    consuming.beforeEach(
        deposit -> {
          if (deposit.note().equals("waits")) {
            throw new TransientMessageException("not now");
          }
        });
    ConsumerRecord<String, byte[]> done = consuming.event(0, "a", "before");
    ConsumerRecord<String, byte[]> waits = consuming.event(0, "a", "waits");
    Process process = consuming.process();

    Poll poll =
        process.poll(
            List.of(
                done,
                waits,
                consuming.event(0, "b", "behind"),
                consuming.event(1, "c", "other"),
                consuming.event(2, "d", "third")));

    assertThat(poll.waiting())
        .containsExactly(
            Map.entry(partition(0), new Poll.Wait(waits.offset(), Duration.ofMillis(100))));
    assertThat(done(poll)).containsOnly(Map.entry(0, 1L), Map.entry(1, 1L), Map.entry(2, 1L));
    assertThat(consuming.notes()).containsExactly("before", "other", "third");
    for (int tries = 2; tries < 9; tries++) {
      poll = process.poll(List.of(waits));
    }
    assertThat(poll.waiting().get(partition(0)).pause())
        .as("longer and longer, without an end")
        .isEqualTo(Duration.ofSeconds(10));
    assertThat(letters()).isEmpty();
  }

  @Test
  void aRowThatSomebodyHasLockedHoldsUpNoOtherPartition() throws Exception {
    try (Connection operator = database.dataSource().getConnection()) {
      operator.setAutoCommit(false);
      operator.createStatement().executeUpdate("UPDATE account SET balance = 7 WHERE id = 1");
      consuming.beforeEach(
          deposit -> {
            if (deposit.note().equals("locked")) {
              database.jdbc().sql("SET SESSION innodb_lock_wait_timeout = 1").update();
              database.deposit(1);
            }
          });

      Poll poll =
          consuming
              .process()
              .poll(
                  List.of(
                      consuming.event(0, "a", "locked"),
                      consuming.event(1, "b", "free"),
                      consuming.event(2, "c", "free too")));

      assertThat(poll.waiting()).containsOnlyKeys(partition(0));
      assertThat(consuming.notes()).containsExactly("free", "free too");
      operator.rollback();
    }
  }

  @Test
  void whileTheServerIsAwayEverythingWaitsAndNothingIsTriedInTurn() {
    consuming.beforeEach(
        deposit -> {
          throw new DataAccessResourceFailureException("gone");
        });

    Poll poll =
        consuming
            .process()
            .poll(List.of(consuming.event(0, "a", "1"), consuming.event(1, "b", "2")));

    assertThat(poll.waiting()).containsOnlyKeys(partition(0), partition(1));
    assertThat(poll.failures()).isEqualTo(1);
    assertThat(done(poll)).isEmpty();
  }

  @Test
  void onlyFailuresOfItsOwnCountAndTheLastTryIsParked() {
    List<Runnable> failing = new ArrayList<>();
    failing.add(
        () -> {
          throw new TransientMessageException("passes");
        });
    for (int number = 0; number < 3; number++) {
      failing.add(
          () -> {
            throw new IllegalStateException("a bug");
          });
    }
    consuming.beforeEach(deposit -> failing.remove(0).run());
    ConsumerRecord<String, byte[]> event = consuming.event(0, "a", "bad");
    Process process = consuming.process();

    for (int tries = 1; tries < 4; tries++) {
      assertThat(process.poll(List.of(event)).waiting()).isNotEmpty();
    }
    assertThat(process.poll(List.of(event)).waiting()).isEmpty();

    assertThat(letters()).hasSize(1);
    assertThat(letters().get(0).attempts()).isEqualTo(4);
    assertThat(letters().get(0).cause()).isEqualTo("java.lang.IllegalStateException: a bug");
    assertThat(letters().get(0).group()).isEqualTo("java.lang.IllegalStateException");
    DeadLetter whole = consuming.operator().get(letters().get(0).id()).orElseThrow();
    assertThat(whole.headers()).containsEntry("eventType", Consuming.TYPE);
  }

  /** What reading throws, be it of the payload's own class, is tried and parked like the rest. */
  @ParameterizedTest
  @ValueSource(strings = {"fails", "is in error"})
  void whatCannotBeReadForAReasonOfItsOwnIsParkedAfterItsTries(String note) {
    List<ConsumerRecord<String, byte[]>> records =
        List.of(
            consuming.record(
                0, "a", newId(), Consuming.TYPE, "{\"amount\":-1,\"note\":\"" + note + "\"}"),
            consuming.event(0, "b", "good"));
    Process process = consuming.process();

    process.poll(records);
    process.poll(records);
    Poll last = process.poll(records);

    assertThat(last.waiting()).isEmpty();
    assertThat(letters()).hasSize(1);
    assertThat(consuming.notes()).containsExactly("good");
  }

  /** It took the partition over from a process that parked an event of it at the last moment. */
  @Test
  void aBatchThatFailsBehindARedeliveryAsksWhatIsHeld() {
    consuming.beforeEach(
        deposit -> {
          if (deposit.note().equals("first")) {
            throw new PermanentMessageException("refused");
          }
          if (deposit.note().equals("waits")) {
            throw new TransientMessageException("not now");
          }
        });
    Process next = consuming.process();
    next.poll(List.of(consuming.event(1, "any", "nothing is held")));
    ConsumerRecord<String, byte[]> first = consuming.event(0, "held", "first");
    ConsumerRecord<String, byte[]> waits = consuming.event(0, "other", "waits");
    ConsumerRecord<String, byte[]> second = consuming.event(0, "held", "second");
    consuming.process().poll(List.of(first));

    next.poll(List.of(first, waits, second));
    consuming.beforeEach(deposit -> {});
    next.poll(List.of(waits, second));

    assertThat(consuming.notes()).containsExactly("nothing is held", "waits");
  }

  static Stream<Error> errors() {
    return Stream.of(
        new StackOverflowError(), new NoClassDefFoundError("Gone"), new AssertionError("never"));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void anErrorOfTheListenerIsTriedAndParkedAndEndsNothing(Error error) {
    consuming.beforeEach(
        deposit -> {
          if (deposit.note().equals("bad")) {
            throw error;
          }
        });
    List<ConsumerRecord<String, byte[]>> records =
        List.of(consuming.event(0, "a", "bad"), consuming.event(0, "b", "good"));
    Process process = consuming.process();

    process.poll(records);
    process.poll(records);
    Poll last = process.poll(records);

    assertThat(last.waiting()).isEmpty();
    assertThat(consuming.notes()).containsExactly("good");
    assertThat(letters()).hasSize(1);
  }

  @Test
  void oneThatCommittedHalfwayIsParkedAtOnceAndAppliedAgainOnlyByForce() {
    consuming.beforeEach(
        deposit ->
            database.jdbc().sql("CREATE TABLE IF NOT EXISTS more (id INT PRIMARY KEY)").update());
    ConsumerRecord<String, byte[]> event = consuming.event(0, "a", "halfway");

    assertThat(consuming.process().poll(List.of(event)).waiting()).isEmpty();

    assertThat(letters()).hasSize(1);
    assertThat(letters().get(0).cause()).contains("committed halfway");
    consuming.beforeEach(deposit -> {});
    long id = letters().get(0).id();
    assertThat(consuming.operator().retry(id).applied()).isZero();
    assertThat(consuming.operator().retry(id, true).applied()).isEqualTo(1);
    assertThat(letters()).isEmpty();
  }

  @Test
  void theCostGrowsWithTheBadOnesNotWithTheirSquare() {
    refuse("bad");
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    for (int number = 0; number < 200; number++) {
      records.add(consuming.event(0, "key" + number, number % 2 == 0 ? "bad" : "good"));
    }

    consuming.process().poll(records);

    assertThat(consuming.notes()).hasSize(100);
    assertThat(letters()).hasSize(100);
    assertThat(consuming.sizes().stream().mapToInt(Integer::intValue).sum())
        .as("events given to the listener, those that fail included")
        .isLessThan(1_000);
  }

  @Test
  void anEventThatIsADeadLetterIsARedelivery() {
    refuse("bad");
    ConsumerRecord<String, byte[]> bad = consuming.event(0, "a", "bad");
    consuming.process().poll(List.of(bad));

    Poll again = consuming.process().poll(List.of(bad));

    assertThat(again.waiting()).isEmpty();
    assertThat(letters()).hasSize(1);
    assertThat(consuming.sizes()).hasSize(1);
  }

  private void refuse(String note) {
    consuming.beforeEach(
        deposit -> {
          if (deposit.note().equals(note)) {
            throw new PermanentMessageException("refused");
          }
        });
  }

  private List<DeadLetter> letters() {
    return consuming
        .operator()
        .find(new Query(CONSUMER, null, null, null, null, null, null), 0, 500);
  }

  private static TopicPartition partition(int number) {
    return new TopicPartition(Consuming.TOPIC, number);
  }

  private static Map<Integer, Long> done(Poll poll) {
    Map<Integer, Long> done = new TreeMap<>();
    poll.done().forEach((partition, next) -> done.put(partition.partition(), next.offset()));
    return done;
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }
}
