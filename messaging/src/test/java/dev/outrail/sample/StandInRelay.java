package dev.outrail.sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Brings outbox rows to their topic as records of the relay's form, once each. The relay itself is
 * a later module; the system tests run it.
 */
final class StandInRelay {

  private final JdbcClient jdbc;
  private final String servers;
  private final String topic;
  private final Set<String> sent = new HashSet<>();

  StandInRelay(JdbcClient jdbc, String servers, String topic) {
    this.jdbc = jdbc;
    this.servers = servers;
    this.topic = topic;
  }

  private record Row(String id, String aggregateid, String type, byte[] payload) {}

  void publish() {
    List<Row> rows =
        jdbc.sql("SELECT id, aggregateid, type, payload FROM outbox ORDER BY created_at, id")
            .query(
                (row, n) ->
                    new Row(row.getString(1), row.getString(2), row.getString(3), row.getBytes(4)))
            .list();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new StringSerializer(),
            new ByteArraySerializer())) {
      for (Row row : rows) {
        if (!sent.add(row.id())) {
          continue;
        }
        ProducerRecord<String, byte[]> made =
            new ProducerRecord<>(topic, row.aggregateid(), row.payload());
        made.headers().add("id", row.id().getBytes(UTF_8));
        made.headers().add("eventType", row.type().getBytes(UTF_8));
        producer.send(made);
      }
    }
  }
}
