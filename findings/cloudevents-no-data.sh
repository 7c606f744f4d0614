#!/usr/bin/env bash
# The CloudEvents SDK writes an event that has no data as a Kafka tombstone, and its own deserializer never sees it again: the
# consumer gets null instead of the event.
#
# Seen with: cloudevents-kafka 4.0.1, kafka-clients and broker (kafka_2.13, in the same process) 4.3.1, Java 17.
# An event without data is a valid one, and in the binary mode everything else is in the headers. One would expect the
# consumer to get it back. CloudEventSerializer gives null for the value; CloudEventDeserializer would make the event from the
# headers, as the third line shows, but the Kafka consumer asks no deserializer about a value that is null.
#
# Whom it hurts: consumers that take null for a deletion or fail on it; producers to a compacted topic, where such an event
# deletes the last one with its key.
# What to do: give every event data, if only an empty JSON object; or read byte[] values and make the event with
# KafkaMessageFactory.createReader(record). The tombstone in the topic stays one.
#
# Output seen:
#   data {} | consumer's CloudEventDeserializer  | OrderClosed 2
#   none    | consumer's CloudEventDeserializer  | null
#   none    | CloudEventDeserializer by hand     | OrderClosed 1
#   none    | KafkaMessageFactory.createReader   | OrderClosed 1
#   none    | value in the topic                 | none: a tombstone
#
# Exit status 0 while SDK and client still do exactly this, 1 if that has changed.
set -euo pipefail
expected=$(sed -n '/^# Output seen:$/,/^#$/s/^#   //p' "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.3.1</version></dependency>
    <dependency><groupId>io.cloudevents</groupId><artifactId>cloudevents-kafka</artifactId><version>4.0.1</version></dependency>
  </dependencies>
</project>
POM
mvn --batch-mode -q dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib >/dev/null

cat > Send.java <<'JAVA'
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.kafka.CloudEventDeserializer;
import io.cloudevents.kafka.CloudEventSerializer;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Time;

public class Send {
  static final TopicPartition ORDERS = new TopicPartition("orders", 0);

  public static void main(String[] none) throws Exception {
    int port = freePort();
    var broker = broker(port, freePort());
    try {
      sendAndRead(Map.of("bootstrap.servers", "localhost:" + port));
    } finally {
      broker.shutdown();
    }
  }

  static void sendAndRead(Map<String, Object> there) throws Exception {
    try (var admin = Admin.create(there)) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
    }
    var closed = CloudEventBuilder.v1().withId("1").withType("OrderClosed").withSource(URI.create("/shop"));
    try (var producer = new KafkaProducer<>(there, new StringSerializer(), new CloudEventSerializer())) {
      producer.send(new ProducerRecord<>("orders", "7", closed.build())).get();
      byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>("orders", "7", closed.withId("2").withData("application/json", empty).build())).get();
    }
    var events = read(there, new CloudEventDeserializer());
    var raw = read(there, new ByteArrayDeserializer());
    var byHand = new CloudEventDeserializer().deserialize("orders", raw.get(0).headers(), raw.get(0).value());
    var byReader = KafkaMessageFactory.createReader(raw.get(0)).toEvent();
    System.out.println("data {} | consumer's CloudEventDeserializer  | " + text(events.get(1).value()));
    System.out.println("none    | consumer's CloudEventDeserializer  | " + text(events.get(0).value()));
    System.out.println("none    | CloudEventDeserializer by hand     | " + text(byHand));
    System.out.println("none    | KafkaMessageFactory.createReader   | " + text(byReader));
    System.out.println("none    | value in the topic                 | " + (raw.get(0).value() == null ? "none: a tombstone" : "some"));
  }

  static String text(CloudEvent event) {
    return event == null ? "null" : event.getType() + " " + event.getId();
  }

  static <V> List<ConsumerRecord<String, V>> read(Map<String, Object> there, Deserializer<V> values) {
    try (var consumer = new KafkaConsumer<>(there, new StringDeserializer(), values)) {
      consumer.assign(List.of(ORDERS));
      consumer.seekToBeginning(List.of(ORDERS));
      var records = new ArrayList<ConsumerRecord<String, V>>();
      for (int i = 0; i < 100 && records.size() < 2; i++) {
        consumer.poll(Duration.ofMillis(300)).forEach(records::add);
      }
      return records;
    }
  }

  /** A broker in this process, with its data in the folder where the program runs. */
  static KafkaRaftServer broker(int port, int controllerPort) throws Exception {
    var settings = new Properties();
    settings.putAll(Map.of(
        "process.roles", "broker,controller",
        "node.id", "1",
        "controller.listener.names", "CONTROLLER",
        "listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controllerPort,
        "controller.quorum.voters", "1@localhost:" + controllerPort,
        "log.dirs", Path.of("data").toAbsolutePath().toString(),
        "offsets.topic.replication.factor", "1",
        "transaction.state.log.replication.factor", "1",
        "transaction.state.log.min.isr", "1"));
    try (var file = Files.newBufferedWriter(Path.of("server.properties"))) {
      settings.store(file, null);
    }
    StorageTool.execute(
        new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", "server.properties"},
        new PrintStream(OutputStream.nullOutputStream()));
    var broker = new KafkaRaftServer(KafkaConfig.fromProps(settings), Time.SYSTEM);
    broker.startup();
    return broker;
  }

  static int freePort() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
JAVA

java -cp 'lib/*' Send.java >seen 2>log || { cat log >&2; echo "CHANGED: the program did not end well" >&2; exit 1; }
cat seen
[ "$(cat seen)" = "$expected" ] || { echo "CHANGED: expected" >&2; echo "$expected" >&2; exit 1; }
