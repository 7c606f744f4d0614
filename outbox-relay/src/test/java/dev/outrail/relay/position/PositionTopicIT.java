package dev.outrail.relay.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.problem.TransientException;
import dev.outrail.testbed.Testbed;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class PositionTopicIT {

  private static final String SET = "2b686065-e7f3-11f1-8fb7-02fc00000001:1-";

  private final String topic = "positions-" + UUID.randomUUID();

  @Test
  void readsTheLastCommittedPositionOfItsNameOnly() {
    Testbed.shared().kafka().createTopic(topic, 1);
    try (KafkaProducer<byte[], byte[]> mine = producer("mine");
        KafkaProducer<byte[], byte[]> other = producer("other")) {
      assertThat(positions("mine").read()).isNull();
      commit(mine, "mine", 1);
      commit(mine, "mine", 2);
      commit(other, "other", 9);
      mine.beginTransaction();
      mine.send(positions("mine").toRecord(at(3), Instant.now()));
      mine.flush();
      mine.abortTransaction();

      assertThat(positions("mine").read()).isEqualTo(at(2));
    }
  }

  @Test
  void anotherRelaysOpenTransactionIsWaitedForBecauseAYoungerPositionMayStandBehindIt() {
    Testbed.shared().kafka().createTopic(topic, 1);
    try (KafkaProducer<byte[], byte[]> mine = producer("mine");
        KafkaProducer<byte[], byte[]> other = producer("other")) {
      commit(mine, "mine", 1);
      other.beginTransaction();
      other.send(positions("other").toRecord(at(9), Instant.now()));
      other.flush();
      commit(mine, "mine", 2);

      assertThatThrownBy(() -> positions("mine").read())
          .as("never the older position")
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("another relay's transaction");
      other.commitTransaction();
      assertThat(positions("mine").read()).isEqualTo(at(2));
    }
  }

  private void commit(KafkaProducer<byte[], byte[]> producer, String relay, int last) {
    producer.beginTransaction();
    producer.send(positions(relay).toRecord(at(last), Instant.now()));
    producer.commitTransaction();
  }

  private StoredPosition at(int last) {
    return new StoredPosition(Position.at(SET + last), "me");
  }

  private PositionTopic positions(String relay) {
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
