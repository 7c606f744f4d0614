package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever an accepted outbox table looks like, and however it is altered: each record is what
 * SELECT gives of its row, by the stream and by a replay.
 */
@Tag("long")
class RandomTablesIT {

  private static final int TABLES = 20;
  private static final int ALTERATIONS = 3;
  private static final String TOKEN = "random-tables-random";
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void recordsAreWhatSelectGives() throws Exception {
    Random random = new Random(Seed.next());
    try (RelayHarness relay =
        new RelayHarness(Testbed.shared(), "random")
            .set("http.token", TOKEN)
            .set("outbox.created.at.zone", "UTC")
            .start()) {
      for (int i = 0; i < TABLES; i++) {
        String topic = relay.topic("random" + i);
        RandomTable table = new RandomTable(random, topic);
        List<String> statements = new ArrayList<>();
        try (Connection connection = relay.connection();
            Statement statement = connection.createStatement()) {
          compare(relay, topic, table, random, statement, statements);
        } catch (SQLException | AssertionError | RuntimeException e) {
          statements.addAll(
              relay.process().log().lines().filter(line -> line.contains("HALTED")).toList());
          throw new AssertionError(String.join(";\n", statements), e);
        }
      }
      assertThat(relay.process().log()).doesNotContain("HALTED").doesNotContain("RETRYING");
    }
  }

  private static void compare(
      RelayHarness relay,
      String topic,
      RandomTable table,
      Random random,
      Statement statement,
      List<String> statements)
      throws Exception {
    statement.execute("SET character_set_results = utf8mb4, time_zone = '+00:00'");
    execute(statement, statements, "DROP TABLE outbox");
    execute(statement, statements, table.create());
    Map<String, String> told = new TreeMap<>();
    Map<String, String> present = insert(table, random, statement, statements);
    told.putAll(present);
    for (int i = 0; i < ALTERATIONS; i++) {
      for (String alteration : table.alter()) {
        execute(statement, statements, alteration);
      }
      present = insert(table, random, statement, statements);
      told.putAll(present);
    }
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> relay.read(topic).size() >= told.size() || halted(relay));
    assertThat(records(relay, topic, false)).isEqualTo(told);

    int selected = present.size();
    OneValueIT.post(relay, TOKEN, "/replay", "{\"topic\":\"" + topic + "\",\"execute\":true}");
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> relay.read(topic).size() >= told.size() + selected || halted(relay));
    assertThat(records(relay, topic, true)).isEqualTo(present);
  }

  private static boolean halted(RelayHarness relay) {
    return relay.process().log().contains("HALTED");
  }

  /** Some rows; what SELECT gives of all rows then. */
  private static Map<String, String> insert(
      RandomTable table, Random random, Statement statement, List<String> statements)
      throws SQLException {
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      execute(statement, statements, table.insert());
    }
    Map<String, String> told = new TreeMap<>();
    try (ResultSet rows = statement.executeQuery(table.told())) {
      while (rows.next()) {
        List<String> parts = new ArrayList<>();
        for (int i = 1; i <= 9; i++) {
          parts.add(text(rows.getBytes(i)));
        }
        parts.set(4, Objects.requireNonNullElse(parts.get(4), "application/json"));
        told.put(parts.get(0), String.join(" | ", parts));
      }
    }
    return told;
  }

  private static void execute(Statement statement, List<String> statements, String sql)
      throws SQLException {
    statements.add(sql);
    statement.execute(sql);
  }

  private static Map<String, String> records(RelayHarness relay, String topic, boolean replayed) {
    Map<String, String> records = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> found : relay.read(topic)) {
      if ((RelayHarness.header(found, "replay") != null) == replayed) {
        List<String> parts = new ArrayList<>();
        parts.add(header(found, "id"));
        parts.add(text(found.key()));
        parts.add(header(found, "eventType"));
        parts.add(text(found.value()));
        for (String name : List.of("content-type", "traceparent", "tracestate")) {
          parts.add(header(found, name));
        }
        parts.add(createdAt(found));
        parts.add(header(found, "h"));
        records.put(parts.get(0), String.join(" | ", parts));
      }
    }
    return records;
  }

  /** A row that has no time of its own has that of its commit or of the replay: just now. */
  private static String createdAt(ConsumerRecord<byte[], byte[]> found) {
    String time = RelayHarness.header(found, "ce_time");
    return Instant.parse(time).isAfter(Instant.now().minusSeconds(600))
            && !Instant.parse(time).isAfter(Instant.now())
        ? null
        : time;
  }

  private static String header(ConsumerRecord<byte[], byte[]> found, String name) {
    var header = found.headers().lastHeader(name);
    return header == null ? null : text(header.value());
  }

  /** Bytes that are no text differ all the same. */
  private static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
