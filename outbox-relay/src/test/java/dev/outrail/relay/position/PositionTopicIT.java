package dev.outrail.relay.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrail.relay.capture.GtidSets;
import dev.outrail.relay.capture.TableShapes;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.testbed.Testbed;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PositionTopicIT {

  private static final String SET = "2b686065-e7f3-11f1-8fb7-02fc00000001:1-";

  private final String topic = "positions-" + UUID.randomUUID();

  private static final Coverage COVERAGE =
      new Coverage(new TreeMap<>(Map.of("pay.outbox", Coverage.EVERYTHING)));

  @Test
  void readsTheLastCommittedPositionOfItsNameOnly() {
    Testbed.shared().kafka().createTopic(topic, 1);
    try (KafkaProducer<byte[], byte[]> mine = producer("mine");
        KafkaProducer<byte[], byte[]> other = producer("other")) {
      assertThat(read("mine")).isNull();
      commit(mine, "mine", 1);
      commit(mine, "mine", 2);
      commit(other, "other", 9);
      mine.beginTransaction();
      mine.send(records("mine").position(at(3), Instant.now()));
      mine.flush();
      mine.abortTransaction();

      assertThat(read("mine")).isEqualTo(at(2));
    }
  }

  @Test
  void anotherRelaysOpenTransactionIsWaitedForBecauseAYoungerPositionMayStandBehindIt() {
    Testbed.shared().kafka().createTopic(topic, 1);
    try (KafkaProducer<byte[], byte[]> mine = producer("mine");
        KafkaProducer<byte[], byte[]> other = producer("other")) {
      commit(mine, "mine", 1);
      other.beginTransaction();
      other.send(records("other").position(at(9), Instant.now()));
      other.flush();
      commit(mine, "mine", 2);

      assertThatThrownBy(() -> read("mine"))
          .as("never the older position")
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("another relay's transaction");
      other.commitTransaction();
      assertThat(read("mine")).isEqualTo(at(2));
    }
  }

  @Test
  void theShapesOfTheTablesComeWithThePositionUntilTheyAreTakenAway() {
    Testbed.shared().kafka().createTopic(topic, 1);
    TableShapes shapes =
        TableShapes.parse(
            "{\"version\":1,\"followed\":[\"pay.outbox\"],\"databases\":{\"pay\":\"latin1\"},\"tables\":[]}");
    try (KafkaProducer<byte[], byte[]> mine = producer("mine")) {
      mine.beginTransaction();
      mine.send(records("mine").position(at(1), Instant.now()));
      mine.send(records("mine").tables(shapes.json(), COVERAGE));
      mine.commitTransaction();
      commit(mine, "mine", 2);

      Memory memory = memory("mine");
      assertThat(memory.position()).isEqualTo(at(2));
      assertThat(memory.tables()).isEqualTo(shapes.json());
      assertThat(memory.coverage()).isEqualTo(COVERAGE);
      assertThat(memory("other").tables()).isNull();

      mine.beginTransaction();
      mine.send(records("mine").tables(null, COVERAGE));
      mine.commitTransaction();
      assertThat(memory("mine").tables()).isNull();
      assertThat(memory("mine").coverage()).isEqualTo(COVERAGE);
    }
  }

  @Test
  void aPauseIsRememberedBesideThePosition() {
    Testbed.shared().kafka().createTopic(topic, 1);
    Control paused = Control.pausedBy("ada", "INC-42", Instant.parse("2026-11-24T10:00:00Z"));
    try (KafkaProducer<byte[], byte[]> mine = producer("mine")) {
      commit(mine, "mine", 1);
      mine.beginTransaction();
      mine.send(records("mine").control(paused));
      mine.commitTransaction();

      assertThat(memory("mine").control()).isEqualTo(paused);
      assertThat(memory("mine").position()).isEqualTo(at(1));
      assertThat(memory("other").control()).isEqualTo(Control.RUN);
    }
  }

  @Test
  @Timeout(120)
  void catchingUpEndsThoughTheActiveRelayWritesOn() throws Exception {
    Testbed.shared().kafka().createTopic(topic, 1);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger();
    Thread active =
        new Thread(
            () -> {
              try (KafkaProducer<byte[], byte[]> mine = producer("mine")) {
                while (!stop.get()) {
                  commit(mine, "mine", written.get() + 1);
                  written.incrementAndGet();
                }
              }
            });
    active.start();
    try (PositionTopic positions = open("mine")) {
      await().until(() -> written.get() > 20);
      int atLeast = written.get();

      positions.catchUp(Duration.ofDays(1));

      StoredPosition stored = positions.follow(Duration.ZERO).position();
      String completed = Objects.requireNonNull(stored).position().completed();
      assertThat(GtidSets.count(completed)).isGreaterThanOrEqualTo(atLeast);
    } finally {
      stop.set(true);
      active.join();
    }
  }

  private void commit(KafkaProducer<byte[], byte[]> producer, String relay, int last) {
    producer.beginTransaction();
    producer.send(records(relay).position(at(last), Instant.now()));
    producer.commitTransaction();
  }

  private StoredPosition at(int last) {
    return new StoredPosition(Position.at(SET + last), "me", null, null);
  }

  private PositionRecords records(String relay) {
    return new PositionRecords(topic, relay);
  }

  private @Nullable StoredPosition read(String relay) {
    return memory(relay).position();
  }

  private Memory memory(String relay) {
    try (PositionTopic positions = open(relay)) {
      return positions.read();
    }
  }

  private PositionTopic open(String relay) {
    return new PositionTopic(
        topic,
        relay,
        Map.of("bootstrap.servers", Testbed.shared().kafka().bootstrapServers()),
        Duration.ofSeconds(3));
  }

  private KafkaProducer<byte[], byte[]> producer(String id) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", Testbed.shared().kafka().bootstrapServers());
    properties.put("transactional.id", topic + id);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }
}
