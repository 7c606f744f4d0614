package dev.outrail.bench.contender.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Running;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.contender.Servers;
import dev.outrail.testbed.Testbed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One of each kind of process, on the same few rows of two databases. */
@Tag("long") // the smoke run has them all in every gate, without looking at bytes
class LogReadersIT {

  private static final List<String> DATABASES = List.of("log_readers_0", "log_readers_1");
  private static final int PARTITIONS = 12;
  private static final Map<String, String> WRITTEN = new TreeMap<>();

  private static final Testbed testbed = Testbed.shared();
  private static String fromGtids = "";

  @TempDir Path folder;

  static Stream<Named<Contender>> contenders() {
    Set<String> kinds =
        Set.of("raw-binlog", "engine-idempotent", "connect-exactly-once", "outrail-at-least-once");
    return LogReaders.all().stream()
        .filter(contender -> kinds.contains(contender.description().id()))
        .map(contender -> Named.of(contender.description().id(), contender));
  }

  @BeforeAll
  static void eventsBeforeAndBehindThePosition() throws Exception {
    for (String database : DATABASES) {
      testbed.mysql().createDatabase(database);
      testbed.mysql().execute("USE " + database + ";\n" + messagingTables());
      append(database, "0", "not to be read");
    }
    WRITTEN.clear();
    fromGtids = executed();
    for (int key = 1; key <= 20; key++) {
      append(
          DATABASES.get(key % 2),
          Integer.toString(key),
          "{\"seq\":%d,\"note\":\"ä€\"}".formatted(key));
    }
    byte[] allBytes = new byte[256];
    for (int i = 0; i < allBytes.length; i++) {
      allBytes[i] = (byte) i;
    }
    append(DATABASES.get(0), "binary", allBytes);
  }

  @ParameterizedTest
  @MethodSource("contenders")
  void readsAllThatWasWrittenBehindThePositionAndNothingElse(Contender contender) {
    String id = contender.description().id();
    String topic = "log-readers-" + id;
    testbed.kafka().createTopic(topic, PARTITIONS);
    Scene scene =
        new Scene(
            new Servers(testbed), "it-" + id, DATABASES, topic, fromGtids, 1, folder.resolve(id));

    try (Running running = contender.start(scene, Mode.CARRY_ONLY)) {
      if (running.readCount().isPresent()) {
        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> running.readCount().orElseThrow().events() == WRITTEN.size());
      } else {
        assertThat(read(topic)).isEqualTo(WRITTEN);
      }
    }
  }

  /** Value by key, as soon as there are enough of them. */
  private static Map<String, String> read(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", testbed.kafka().bootstrapServers(),
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(
          IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition(topic, p)).toList());
      Map<String, String> read = new TreeMap<>();
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(
                        record ->
                            read.merge(
                                new String(record.key(), UTF_8),
                                bytesAsText(record.value()),
                                (one, other) -> one + other));
                return read.size() >= WRITTEN.size();
              });
      return read;
    }
  }

  private static void append(String database, String key, String payload) throws SQLException {
    append(database, key, payload.getBytes(UTF_8));
  }

  private static void append(String database, String key, byte[] payload) throws SQLException {
    String insert =
        "INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload) VALUES (?, ?, ?, ?, ?)";
    try (Connection connection = testbed.mysql().dataSource(database).getConnection();
        PreparedStatement statement = connection.prepareStatement(insert)) {
      statement.setString(1, UUID.randomUUID().toString());
      statement.setString(2, "elsewhere");
      statement.setString(3, key);
      statement.setString(4, "tested.v1");
      statement.setBytes(5, payload);
      statement.executeUpdate();
    }
    WRITTEN.put(key, bytesAsText(payload));
  }

  /** Loses nothing, whatever the bytes mean. */
  private static String bytesAsText(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  private static String executed() throws SQLException {
    try (Connection connection = testbed.mysql().dataSource("").getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT @@GLOBAL.gtid_executed")) {
      result.next();
      return result.getString(1);
    }
  }

  /** MySQL takes no comment that begins with two hyphens and no blank. */
  private static String messagingTables() throws IOException {
    try (InputStream file =
        LogReadersIT.class.getResourceAsStream("/outrail/schema/messaging.sql")) {
      return new String(file.readAllBytes(), UTF_8).replaceAll("(?m)^--.*$", "");
    }
  }
}
