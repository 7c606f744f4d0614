package dev.outrail.messaging.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.messaging.MessagingDatabase;
import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.messaging.outbox.JdbcOutbox;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.messaging.tracing.TraceContext;
import dev.outrail.messaging.tracing.TraceContextSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an event that a listener appends is told to follow from. */
class CausationIT {

  private static final TraceContext TRACE = new TraceContext("00-ab-cd-01", null);

  private final MessagingDatabase database = new MessagingDatabase();
  private final Outbox outbox = new JdbcOutbox(database.dataSource(), TraceContextSource.none());

  @BeforeEach
  void countRows() {
    database
        .jdbc()
        .sql("ALTER TABLE outbox ADD written BIGINT NOT NULL AUTO_INCREMENT UNIQUE")
        .update();
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @OutrailListener(consumer = "each", topics = "t", types = "e")
  void each(ReceivedEvent<InboundEvent> received) {
    append(received.id());
    if (received.id().equals("nested")) {
      call("each", List.of("inner"));
      append("nested again");
    }
    if (received.id().equals("bad")) {
      throw new IllegalStateException("bad");
    }
  }

  @OutrailListener(consumer = "all", topics = "t", types = "e")
  void all(List<InboundEvent> received) {
    append("untold");
    received.forEach(
        each ->
            outbox.append(OutboxEvent.json("t", "told " + each.id(), "e", "{}").following(each)));
  }

  @Test
  void whatAMethodAppendsForOneEventFollowsFromThatEvent() {
    database
        .transaction()
        .executeWithoutResult(
            status -> {
              append("before");
              call("each", List.of("1", "2", "nested"));
              append("after");
            });

    assertThat(causes())
        .containsExactly(
            "before|",
            "1|1",
            "2|2",
            "nested|nested",
            "inner|inner",
            "nested again|nested",
            "after|");
  }

  @Test
  void ofSeveralEventsAtOnceTheMethodTellsWhich() {
    database.transaction().executeWithoutResult(status -> call("all", List.of("1", "2")));
    database.transaction().executeWithoutResult(status -> call("all", List.of("3")));

    assertThat(causes()).containsExactly("untold|", "told 1|1", "told 2|2", "untold|", "told 3|3");
    assertThat(
            database
                .jdbc()
                .sql("SELECT traceparent FROM outbox WHERE headers IS NOT NULL")
                .query(String.class)
                .list())
        .containsOnly(TRACE.traceparent());
  }

  @Test
  void anEventThatFailsIsNoCauseOfWhatComesLater() {
    database
        .transaction()
        .executeWithoutResult(
            status -> {
              assertThatThrownBy(() -> call("each", List.of("bad"))).hasMessage("bad");
              append("after");
            });

    assertThat(causes()).containsExactly("bad|bad", "after|");
  }

  private void append(String key) {
    outbox.append(OutboxEvent.json("t", key, "e", "{}"));
  }

  private void call(String consumer, List<String> ids) {
    ListenerMethods methods = new ListenerMethods();
    methods.postProcessAfterInitialization(this, "test");
    List<ReceivedEvent<?>> events = new ArrayList<>();
    for (String id : ids) {
      InboundEvent event = new InboundEvent(id, "e", "k", null, TRACE);
      events.add(new ReceivedEvent<>(event, event));
    }
    methods.found().stream()
        .filter(each -> each.listener().consumer().equals(consumer))
        .findFirst()
        .orElseThrow()
        .method()
        .call(events);
  }

  /** Key and cause of each event, in the order in which they were appended. */
  private List<String> causes() {
    return database
        .jdbc()
        .sql(
            """
            SELECT CONCAT(aggregateid, '|', IF(headers IS NULL, '', headers ->> '$[0][1]'))
            FROM outbox ORDER BY written""")
        .query(String.class)
        .list();
  }
}
