package dev.outrail.messaging.deadletter;

import static dev.outrail.messaging.listener.Consuming.CONSUMER;
import static dev.outrail.messaging.listener.Consuming.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.outrail.messaging.MessagingDatabase;
import dev.outrail.messaging.autoconfigure.DeadLettersEndpoint;
import dev.outrail.messaging.deadletter.DeadLetter.State;
import dev.outrail.messaging.deadletter.DeadLetters.Query;
import dev.outrail.messaging.deadletter.DeadLetters.Retried;
import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.messaging.listener.Consuming;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** What an operator does with dead letters, on a real database. */
class DeadLettersIT {

  private final MessagingDatabase database = new MessagingDatabase();
  private final Set<String> bad = ConcurrentHashMap.newKeySet();
  private final Consuming consuming =
      new Consuming(database)
          .beforeEach(
              deposit -> {
                if (bad.contains(deposit.note())) {
                  throw new PermanentMessageException("bad: " + deposit.note());
                }
              });
  private final DeadLetters operator = consuming.operator();

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void aSequenceIsAppliedInItsOrderUpToTheFirstThatFailsAgain() {
    park("a", "1", "2", "3", "4");
    park("b", "other");
    bad.clear();
    bad.add("3");

    Retried first = operator.retryMatching(Query.ALL);

    assertThat(first.applied()).isEqualTo(3);
    assertThat(first.failed()).hasSize(1);
    assertThat(first.failed().get(0).cause()).contains("bad: 3");
    assertThat(consuming.notes()).containsExactly("1", "2", "other");
    assertThat(letters()).extracting(DeadLetter::state).containsExactly(State.FAILED, State.BEHIND);
    consuming.process().poll(List.of(consuming.event(0, "a", "5")));
    assertThat(consuming.notes()).as("the key is held on").doesNotContain("5");

    bad.clear();
    long behind = letters().get(2).id();
    assertThat(operator.retry(behind)).as("from the beginning").isEqualTo(done(3));

    assertThat(consuming.notes()).containsExactly("1", "2", "other", "3", "4", "5");
    assertThat(letters()).isEmpty();
    assertThat(database.count("held_key")).isZero();
    assertThat(database.count("processed_message")).isEqualTo(6);
    consuming.process().poll(List.of(consuming.event(0, "a", "6")));
    assertThat(consuming.notes()).endsWith("6");
  }

  @Test
  void whatWasAppliedByARetryIsARedeliveryEverAfter() {
    bad.add("1");
    ConsumerRecord<String, byte[]> event = consuming.event(0, "a", "1");
    consuming.process().poll(List.of(event));
    bad.clear();
    operator.retryMatching(Query.ALL);

    consuming.process().poll(List.of(event));

    assertThat(consuming.notes()).containsExactly("1");
  }

  /**
   * While one takes from a sequence, another adds to it: nothing is lost, twice or out of order.
   */
  @RepeatedTest(5)
  void aPollAndTwoRetriesAtOnceApplyEachEventOnceAndInOrder() throws Exception {
    park("a", "n0");
    bad.clear();
    List<String> all = IntStream.range(0, 60).mapToObj(number -> "n" + number).toList();
    CompletableFuture<Void> polling =
        CompletableFuture.runAsync(
            () -> {
              Consuming.Process process = consuming.process();
              for (int number = 1; number < 60; number++) {
                ConsumerRecord<String, byte[]> event = consuming.event(0, "a", "n" + number);
                while (!process.isDone(event)) {
                  // A deadlock, say: it is tried again, as the container does.
                }
              }
            });
    List<CompletableFuture<Void>> retrying =
        List.of(
            CompletableFuture.runAsync(() -> retryUntil(polling)),
            CompletableFuture.runAsync(() -> retryUntil(polling)));
    polling.get();
    for (CompletableFuture<Void> each : retrying) {
      each.get();
    }
    operator.retryMatching(Query.ALL);

    assertThat(consuming.notes()).containsExactlyElementsOf(all);
    assertThat(letters()).isEmpty();
    assertThat(database.count("held_key")).isZero();
  }

  private void retryUntil(CompletableFuture<Void> end) {
    while (!end.isDone()) {
      operator.retryMatching(Query.ALL);
    }
  }

  @Test
  void whatIsDiscardedIsNeverAppliedAndWhatIsBehindItCanBe() {
    List<ConsumerRecord<String, byte[]>> events = park("a", "1", "2");

    operator.discard(letters().get(0).id(), "jane", "booked by hand");
    assertThat(operator.retryKey(CONSUMER, TOPIC, "a")).isEqualTo(done(1));
    consuming.process().poll(events);

    assertThat(consuming.notes()).containsExactly("2");
    assertThat(operator.waiting()).isEmpty();
    List<DeadLetter> kept =
        operator.find(new Query(null, null, null, null, null, null, State.DISCARDED), 0, 10);
    assertThat(kept).hasSize(1);
    assertThat(kept.get(0).discarded().who()).isEqualTo("jane");
    assertThat(kept.get(0).discarded().why()).isEqualTo("booked by hand");
    assertThatThrownBy(() -> operator.retry(kept.get(0).id()))
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void aWholeKeyIsGivenUpAndItsNextEventIsApplied() {
    park("a", "1", "2", "3");

    assertThat(operator.discardKey(CONSUMER, TOPIC, "a", "jane", "test data")).isEqualTo(3);
    consuming.process().poll(List.of(consuming.event(0, "a", "4")));

    assertThat(consuming.notes()).containsExactly("4");
  }

  @Test
  void aLetterOlderThanWhatTheInboxRemembersIsAppliedAllTheSame() {
    park("a", "1");
    database
        .jdbc()
        .sql(
            "INSERT INTO inbox_purge (consumer, purged_until) VALUES ('ledger', NOW(6) + INTERVAL 1 DAY)")
        .update();
    database.jdbc().sql("DELETE FROM processed_message").update();
    bad.clear();

    assertThat(operator.retryMatching(Query.ALL)).isEqualTo(done(1));

    assertThat(consuming.notes()).containsExactly("1");
    assertThat(database.count("processed_message")).as("marked anew").isEqualTo(1);
  }

  @Test
  void oneThatMayHaveBeenAppliedAndForgottenIsAppliedOnlyIfSomebodySaysSo() {
    database
        .jdbc()
        .sql("INSERT INTO inbox_purge (consumer, purged_until) VALUES ('ledger', NOW(6))")
        .update();
    String old = "018f0000-0000-7000-8000-000000000000";
    consuming
        .process()
        .poll(
            List.of(
                consuming.record(0, "a", old, Consuming.TYPE, "{\"amount\":1,\"note\":\"old\"}"),
                consuming.event(0, "a", "new")));

    Retried left = operator.retryMatching(Query.ALL);
    assertThat(left.applied()).isZero();
    assertThat(left.failed().get(0).cause()).contains("not known whether dead letter 1");
    assertThat(letters()).extracting(DeadLetter::attempts).containsExactly(1, 0);

    assertThat(operator.retry(letters().get(0).id(), true)).isEqualTo(done(2));
    assertThat(consuming.notes()).containsExactly("old", "new");
  }

  @Test
  void headersAndPayloadsComeBackByteForByte() {
    byte[] odd = {(byte) 0xC3, 0x28, 0, 1};
    ConsumerRecord<String, byte[]> event =
        consuming.record(0, "a", "018f0000-0000-7000-8000-000000000000", "x.v1", "not JSON");
    event.headers().add("odd", odd).add("none", null).add("twice", odd).add("twice", new byte[0]);
    consuming.process().poll(List.of(event));

    LetterRows.Stored stored =
        new LetterRows(database.jdbc()).get(letters().get(0).id()).orElseThrow();

    assertThat(stored.received().headers().toArray()).isEqualTo(event.headers().toArray());
    assertThat(stored.received().value()).isEqualTo(event.value());
    assertThat(stored.received().key()).isEqualTo("a");
    assertThat(stored.letter().headers())
        .containsEntry("odd", Base64.getEncoder().encodeToString(odd));
  }

  @Test
  void whoAsksForWhatIsNotThereIsToldSo() {
    park("a", "1");

    assertThatThrownBy(() -> operator.retry(4711))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("no dead letter 4711");
    assertThatThrownBy(() -> operator.retryKey(CONSUMER, TOPIC, "unknown"))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("key 'unknown'");
    assertThatThrownBy(() -> operator.discard(letters().get(0).id(), " ", "why"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("who must be 1 to 100 characters");
    database.jdbc().sql("UPDATE dead_letter SET consumer = 'gone'").update();
    assertThatThrownBy(() -> operator.retry(letters().get(0).id()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("consumer 'gone' and topic 'deposits'");
  }

  @Test
  void theEndpointShowsLettersAndAnswersWrongRequestsWithWhatIsWrong() {
    park("a", "1", "2");
    DeadLettersEndpoint endpoint = new DeadLettersEndpoint(() -> operator);

    assertThat(endpoint.summary())
        .extracting(DeadLetters.Group::failed, DeadLetters.Group::behind)
        .containsExactly(tuple(0L, 1L), tuple(1L, 0L));
    List<DeadLettersEndpoint.Shown> found = found(read(endpoint, "find", "a", null));
    assertThat(found).hasSize(2);
    DeadLettersEndpoint.Shown whole =
        (DeadLettersEndpoint.Shown)
            read(endpoint, "" + found.get(0).number(), null, null).getBody();
    assertThat(whole.payload()).isEqualTo("{\"amount\":1,\"note\":\"1\"}");
    assertThat(whole.headers()).containsKeys("id", "eventType");

    assertError(read(endpoint, "find", null, "lost"), 400, "state must be one of");
    assertError(read(endpoint, "4711", null, null), 404, "no dead letter 4711");
    assertError(read(endpoint, "unknown", null, null), 400, "must be a whole number");
    assertError(write(endpoint, "unknown", null, null, null), 404, "it is retry or discard");
    assertError(write(endpoint, "discard", found.get(0).number(), null, "why"), 400, "'who'");
    assertError(write(endpoint, "discard", null, "jane", "why"), 400, "discard needs 'number'");

    assertThat(write(endpoint, "discard", found.get(0).number(), "jane", "why").getBody())
        .isEqualTo(Map.of("discarded", 1));
    assertError(write(endpoint, "retry", null, null, null), 400, "retry needs 'number'");
    assertThat(
            endpoint
                .write("retry", null, null, TOPIC, null, null, null, null, null, null, null, null)
                .getBody())
        .isEqualTo(done(1));
  }

  private static WebEndpointResponse<?> read(
      DeadLettersEndpoint endpoint, String what, String key, String state) {
    return endpoint.read(what, null, null, key, null, null, null, state, null, null);
  }

  private static WebEndpointResponse<?> write(
      DeadLettersEndpoint endpoint, String what, Long number, String who, String why) {
    return endpoint.write(what, number, null, null, null, null, null, null, null, null, who, why);
  }

  @SuppressWarnings("unchecked")
  private static List<DeadLettersEndpoint.Shown> found(WebEndpointResponse<?> answer) {
    return (List<DeadLettersEndpoint.Shown>) answer.getBody();
  }

  private static void assertError(WebEndpointResponse<?> answer, int status, String expected) {
    assertThat(answer.getStatus()).isEqualTo(status);
    assertThat(String.valueOf(answer.getBody())).contains("error=").contains(expected);
  }

  /** The first note is bad, the others wait behind it. */
  private List<ConsumerRecord<String, byte[]>> park(String key, String... notes) {
    bad.add(notes[0]);
    List<ConsumerRecord<String, byte[]>> events = new ArrayList<>();
    for (String note : notes) {
      events.add(consuming.event(0, key, note));
    }
    consuming.process().poll(events);
    return events;
  }

  private List<DeadLetter> letters() {
    return operator.find(Query.ALL, 0, 500);
  }

  private static Retried done(int applied) {
    return new Retried(applied, List.of(), null);
  }
}
