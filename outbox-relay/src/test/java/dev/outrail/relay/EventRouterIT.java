package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Debezium's own engine with its EventRouter, over the same table, makes the same records. */
class EventRouterIT {

  /** What a consumer sees of an event whichever tool carried it. */
  private record Seen(String key, String value, String id) {}

  @Test
  void keyValueAndIdAreThoseOfDebeziumsEventRouter() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay").start()) {
      String topic = relay.topic("order-notify");
      List<SourceRecord> routed = new CopyOnWriteArrayList<>();
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try (DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine =
          DebeziumEngine.create(Connect.class)
              .using(properties(relay))
              .notifying(event -> routed.add(event.value()))
              .build()) {
        thread.execute(engine);
        relay.insert(topic, "17", "{\"b\":1,\"a\":[1, 2]}");
        relay.insert(topic, "Ünicode", "  text, not JSON ");
        relay.insert(topic, "17", "");

        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> relay.read(topic).size() == 3 && events(routed).size() == 3);
      }
      thread.shutdownNow();

      Map<String, Seen> byRelay = new TreeMap<>();
      relay
          .read(topic)
          .forEach(
              record ->
                  byRelay.put(
                      RelayHarness.header(record, "id"),
                      new Seen(
                          text(record.key()),
                          text(record.value()),
                          RelayHarness.header(record, "id"))));
      Map<String, Seen> byRouter = new TreeMap<>();
      events(routed)
          .forEach(
              record -> {
                String id = record.headers().lastWithName("id").value().toString();
                byRouter.put(id, new Seen(text(record.key()), text(record.value()), id));
              });
      assertThat(byRelay).isEqualTo(byRouter);
      assertThat(events(routed)).allSatisfy(record -> assertThat(record.topic()).endsWith(topic));
    }
  }

  private static List<SourceRecord> events(List<SourceRecord> routed) {
    return routed.stream().filter(record -> record.topic().startsWith("outbox.event.")).toList();
  }

  private static String text(Object value) {
    if (value instanceof ByteBuffer buffer) {
      return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }
    return value instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : (String) value;
  }

  private static Properties properties(RelayHarness relay) {
    Properties properties = new Properties();
    properties.put("name", "router");
    properties.put("connector.class", "io.debezium.connector.mysql.MySqlConnector");
    properties.put("topic.prefix", "router");
    properties.put("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    properties.put("schema.history.internal", "io.debezium.relational.history.MemorySchemaHistory");
    properties.put("database.hostname", relay.testbed.mysql().host());
    properties.put("database.port", Integer.toString(relay.testbed.mysql().port()));
    properties.put("database.user", relay.testbed.mysql().rootUser());
    properties.put("database.password", relay.testbed.mysql().rootPassword());
    properties.put("database.server.id", "99");
    properties.put("table.include.list", relay.schema() + ".outbox");
    properties.put("database.include.list", relay.schema());
    properties.put("snapshot.mode", "initial");
    properties.put("poll.interval.ms", "50");
    properties.put("transforms", "outbox");
    properties.put("transforms.outbox.type", "io.debezium.transforms.outbox.EventRouter");
    return properties;
  }
}
