package dev.outrail.relay;

import static dev.outrail.relay.OutboxRows.version7;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.operate.AuditRecord;
import dev.outrail.relay.operate.Author;
import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.operate.Replay;
import dev.outrail.relay.operate.ReplayPlan;
import dev.outrail.relay.operate.ReplayReport;
import dev.outrail.relay.operate.ReplaySelection;
import dev.outrail.relay.publish.RecordMapper;
import dev.outrail.testbed.Testbed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a replay selects from the tables, and how it pages through them; with the relay's rights.
 */
@Tag("long")
class ReplayIT {

  private static final ReplaySelection ALL =
      new ReplaySelection(List.of(), null, null, null, null, Instant.EPOCH, null);

  private final RelayHarness relay = new RelayHarness(Testbed.shared(), "pay", "ord");
  private final OutboxRows rows = new OutboxRows(relay);

  @AfterEach
  void close() {
    rows.close();
    relay.close();
  }

  @Test
  void selectsByEachCriterionAndByAllTogether() {
    String a = version7(1);
    String b = version7(2);
    String c = version7(3);
    String d = version7(4);
    rows.insert(a, "orders", "k", "paid.v1", "2026-01-01 10:00:00.000001");
    rows.insert(b, "orders", "K", "paid.v2", "2026-01-01 11:00:00.000002");
    rows.insert(c, "stock", "k", "paid.v1", "2026-01-01 12:00:00.000003");
    rows.insert(
        relay.schemas.get(1),
        d,
        "orders",
        "k",
        "paid.v1",
        new byte[] {1, 2, 3},
        "2026-01-01 13:00:00");

    assertThat(ids(select(List.of(c, a), null, null, null, null, null, null)))
        .containsExactly(a, c);
    assertThat(ids(select(List.of(), "k", null, null, null, null, null)))
        .as("keys differ in case")
        .containsExactly(a, c, d);
    assertThat(ids(select(List.of(), null, "paid.v2", null, null, null, null))).containsExactly(b);
    assertThat(ids(select(List.of(), null, null, "orders", null, null, null)))
        .containsExactly(a, b, d);
    assertThat(ids(select(List.of(), null, null, null, relay.schemas.get(1), null, null)))
        .containsExactly(d);
    assertThat(
            ids(
                select(
                    List.of(),
                    null,
                    null,
                    null,
                    null,
                    "2026-01-01T11:00:00.000002Z",
                    "2026-01-01T12:00:00.000003Z")))
        .as("from included, to not")
        .containsExactly(b);
    assertThat(
            ids(
                select(
                    List.of(a, b, c, d),
                    "k",
                    "paid.v1",
                    "orders",
                    relay.schema(),
                    "2026-01-01T00:00:00Z",
                    "2026-01-02T00:00:00Z")))
        .containsExactly(a);
  }

  @Test
  void theDryRunCountsAndNamesWhatIsMissing() {
    String gone = UUID.randomUUID().toString();
    rows.insert(version7(1), "orders", "k", "paid.v1", "2026-01-01 10:00:00.000001");
    rows.insert(version7(2), "orders", "k", "paid.v1", "2026-01-01 11:00:00");
    rows.insert(
        relay.schemas.get(1), version7(3), "stock", "k", "t", new byte[100], "2026-01-01 09:00:00");

    ReplayReport report = plan(ALL).report();

    assertThat(report.state()).isEqualTo(ReplayReport.State.DRY_RUN);
    assertThat(report.operationId()).isNull();
    assertThat(report.selected()).isEqualTo(3);
    assertThat(report.payloadBytes()).isEqualTo(104);
    assertThat(report.groups())
        .containsExactlyInAnyOrder(
            new ReplayReport.Group("orders", "paid.v1", 2),
            new ReplayReport.Group("stock", "t", 1));
    assertThat(report.first())
        .isEqualTo(new ReplayReport.End(version7(3), Instant.parse("2026-01-01T09:00:00Z")));
    assertThat(report.last())
        .isEqualTo(new ReplayReport.End(version7(2), Instant.parse("2026-01-01T11:00:00Z")));

    ReplayReport byId =
        plan(select(List.of(gone, version7(1)), null, null, null, null, null, null)).report();
    assertThat(byId.missing()).containsExactly(gone);
    assertThat(byId.selected()).isEqualTo(1);
  }

  @Test
  void rowsWhoseTimeIsLaterThanNowAreCountedAndTheirIdsSelectThem() {
    rows.insert(version7(1), "orders", "k", "t", "2026-01-01 10:00:00");
    rows.insert(version7(2), "orders", "k", "t", "2037-01-01 10:00:00");
    rows.insert(version7(3), "stock", "k", "t", "2037-01-01 10:00:00");

    ReplayPlan plan = plan(select(List.of(), null, null, "orders", null, null, null));

    assertThat(plan.report().selected()).isEqualTo(1);
    assertThat(plan.report().later()).isEqualTo(1);
    assertThat(ids(select(List.of(version7(2)), null, null, null, null, null, null)))
        .containsExactly(version7(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"version 7", "version 7 and an index", "random"})
  void everyRowComesOnceAndInOrderOverManyPages(String ids) {
    int count = 1_000;
    List<Integer> shuffled = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(shuffled, new Random(5));
    if (ids.contains("index")) {
      rows.execute("ALTER TABLE %s.outbox ADD INDEX (created_at)".formatted(relay.schema()));
    }
    String[] expected = new String[count];
    rows.inOneTransaction(
        () ->
            shuffled.forEach(
                n -> {
                  String id = ids.equals("random") ? UUID.randomUUID().toString() : version7(n);
                  expected[n] = id;
                  // several rows share a time, but for random ids, whose order is theirs then
                  rows.insert(
                      id,
                      "orders",
                      "k",
                      "t",
                      "2026-01-01 10:%02d:%02d"
                          .formatted(
                              ids.equals("random") ? n / 60 : n / 300,
                              ids.equals("random") ? n % 60 : n / 5 % 60));
                }));

    Replay replay = Replay.begin(UUID.randomUUID(), plan(ALL), this::server, 73, 1_000_000);
    List<Replay.Chunk> chunks = chunks(replay);

    assertThat(chunks).hasSizeGreaterThanOrEqualTo(count / 73);
    assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.rows()).hasSizeLessThanOrEqualTo(73));
    assertThat(chunks.stream().flatMap(chunk -> chunk.rows().stream()).map(OutboxRow::id))
        .containsExactly(expected);
  }

  @Test
  void aChunkHoldsNoMoreBytesThanAskedForAndALargerRowPassesAlone() {
    for (int i = 0; i < 12; i++) {
      rows.insert(
          relay.schema(),
          version7(i),
          "orders",
          "k",
          "t",
          new byte[i == 6 ? 5_000 : 400],
          "2026-01-01 10:00:00");
    }

    List<Replay.Chunk> chunks =
        chunks(Replay.begin(UUID.randomUUID(), plan(ALL), this::server, 2_000, 1_000));

    assertThat(chunks.stream().map(chunk -> chunk.rows().size()))
        .as("the second table has none")
        .containsExactly(2, 2, 2, 1, 2, 2, 1, 0);
  }

  @Test
  void rowsWrittenAfterItsBeginAreNotPartOfItAndPurgedOnesAreLeftOut() {
    rows.insert(version7(1), "orders", "k", "t", "2026-01-01 10:00:00");
    rows.insert(version7(2), "orders", "k", "t", "2026-01-01 10:00:00");
    rows.insert(version7(3), "orders", "k", "t", "2026-01-01 10:00:00");
    ReplayPlan plan = plan(ALL);
    rows.execute(
        "INSERT INTO %s.outbox (id, aggregatetype, aggregateid, type, payload) VALUES ('%s', 'orders', 'k', 't', '')"
            .formatted(relay.schema(), version7(4)));
    rows.execute("DELETE FROM %s.outbox WHERE id = '%s'".formatted(relay.schema(), version7(2)));

    assertThat(ids(plan)).containsExactly(version7(1), version7(3));
  }

  /** While somebody writes, each chunk names a GTID set that holds the GTID of each of its rows. */
  @Test
  void aChunkSaysWhichTransactionsItsRowsBelongTo() throws Exception {
    Map<String, String> gtidOf = new ConcurrentHashMap<>();
    AtomicBoolean stop = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              try (OutboxRows writing = new OutboxRows(relay)) {
                for (int i = 0; !stop.get(); i++) {
                  String id = version7(i);
                  gtidOf.put(
                      id,
                      writing.inOneTransaction(
                          () -> writing.insert(id, "orders", "k", "t", "2026-01-01 10:00:00")));
                }
              }
            });
    writer.start();
    await().atMost(Duration.ofSeconds(30)).until(() -> gtidOf.size() > 50);
    int checked = 0;
    try (Replay replay = Replay.begin(UUID.randomUUID(), plan(ALL), this::server, 5, 1_000_000)) {
      while (checked < 300) {
        Replay.Chunk chunk = soon(replay::poll);
        for (OutboxRow row : chunk.rows()) {
          String gtid = soon(() -> gtidOf.get(row.id()));
          assertThat(rows.subtract(gtid, chunk.requires())).as("not covered").isEmpty();
          checked++;
        }
        if (chunk.last()) {
          break;
        }
      }
    } finally {
      stop.set(true);
      writer.join();
    }
    assertThat(checked).isGreaterThan(50);
  }

  @Test
  void otherTablesOfTheConventionAreReplayedByIdKeyAndTopic() {
    rows.execute("DROP TABLE %1$s.outbox".formatted(relay.schema()));
    rows.execute(
        "CREATE TABLE %s.outbox (ID BINARY(16) PRIMARY KEY, AggregateType VARCHAR(50) CHARACTER SET latin1 NOT NULL, aggregateid BIGINT NOT NULL, type VARCHAR(50) CHARACTER SET latin1 NOT NULL, payload TEXT)"
            .formatted(relay.schema()));
    rows.execute("GRANT SELECT ON %s.outbox TO relay_%s".formatted(relay.schema(), relay.suffix));
    rows.execute(
        "INSERT INTO %s.outbox VALUES (UUID_TO_BIN('%s'), 'orders', 42, 'größe', 'Grüße'), (UUID_TO_BIN('%s'), 'stock', 43, 't', NULL)"
            .formatted(relay.schema(), version7(1), version7(2)));

    assertThat(
            ids(
                select(
                    List.of(version7(1).toUpperCase(Locale.ROOT), "no uuid"),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null)))
        .containsExactly(version7(1));
    assertThat(ids(select(List.of(), "42", null, null, null, null, null)))
        .containsExactly(version7(1));
    assertThat(ids(select(List.of(), null, "größe", "orders", null, null, null)))
        .containsExactly(version7(1));
    assertThatThrownBy(() -> plan(ALL))
        .isInstanceOf(OperationRefusedException.class)
        .hasMessageContaining("created_at");
    assertThatThrownBy(() -> plan(select(List.of(), null, null, null, "elsewhere", null, null)))
        .isInstanceOf(OperationRefusedException.class)
        .hasMessageContaining(relay.schema());
  }

  @Test
  void recordsAreMarkedAndTheAuditTellsBeginAndEnd() {
    for (int i = 0; i < 5; i++) {
      rows.insert(version7(i), "orders", "k", "t", "2026-01-01 10:00:00.000007");
    }
    UUID operation = UUID.randomUUID();
    Instant now = Instant.parse("2026-11-24T10:00:00Z");
    Author author = new Author("ada", "INC-42");
    Replay replay = Replay.begin(operation, plan(ALL), this::server, 2, 1_000_000);
    RecordMapper mapper = new RecordMapper("/outrail/{schema}");
    List<AuditRecord> audit = new ArrayList<>();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();

    for (Replay.Chunk chunk : chunks(replay)) {
      AuditRecord line = replay.audit(chunk, 0, "main", author, now);
      if (line != null) {
        audit.add(line);
      }
      records.addAll(replay.records(chunk, mapper, now));
      replay.confirm(chunk, 0);
    }

    assertThat(records)
        .hasSize(5)
        .allSatisfy(
            kafkaRecord -> {
              assertThat(header(kafkaRecord, "replay")).isEqualTo(operation.toString());
              assertThat(header(kafkaRecord, "ce_time")).isEqualTo("2026-01-01T10:00:00.000007Z");
              assertThat(kafkaRecord.timestamp()).isEqualTo(now.toEpochMilli());
              assertThat(kafkaRecord.topic()).isEqualTo("orders");
            });
    assertThat(records.stream().map(kafkaRecord -> header(kafkaRecord, "id")))
        .containsExactlyElementsOf(Stream.of(0, 1, 2, 3, 4).map(OutboxRows::version7).toList());
    assertThat(audit.stream().map(AuditRecord::outcome))
        .containsExactly(AuditRecord.Outcome.BEGUN, AuditRecord.Outcome.DONE);
    assertThat(audit.get(1).result()).containsEntry("selected", 5L).containsEntry("published", 5L);
    assertThat(audit.get(1).parameters()).containsEntry("from", "1970-01-01T00:00:00Z");
    assertThat(replay.report().state()).isEqualTo(ReplayReport.State.DONE);
    assertThat(replay.report().published()).isEqualTo(5);
  }

  @Test
  void whatIsLeftOutDoesNotCountAsPublished() {
    for (int i = 0; i < 4; i++) {
      rows.insert(version7(i), "orders", "k", "t", "2026-01-01 10:00:00.000007");
    }
    Replay replay = Replay.begin(UUID.randomUUID(), plan(ALL), this::server, 2, 1_000_000);
    AuditRecord last = null;

    for (Replay.Chunk chunk : chunks(replay)) {
      int leftOut = chunk.rows().isEmpty() ? 0 : 1;
      last = replay.audit(chunk, leftOut, "main", new Author("ada", ""), Instant.now());
      replay.confirm(chunk, leftOut);
    }

    assertThat(last).isNotNull();
    assertThat(last.result()).containsEntry("selected", 4L).containsEntry("published", 2L);
    assertThat(replay.report().published()).isEqualTo(2);
  }

  private List<String> ids(ReplaySelection selection) {
    return ids(plan(selection));
  }

  private List<String> ids(ReplayPlan plan) {
    return chunks(Replay.begin(UUID.randomUUID(), plan, this::server, 2_000, 1_000_000)).stream()
        .flatMap(chunk -> chunk.rows().stream())
        .map(OutboxRow::id)
        .toList();
  }

  private static List<Replay.Chunk> chunks(Replay replay) {
    List<Replay.Chunk> chunks = new ArrayList<>();
    try (replay) {
      do {
        chunks.add(soon(replay::poll));
      } while (!chunks.get(chunks.size() - 1).last());
    }
    assertThat(chunks)
        .allSatisfy(c -> assertThat(c.rows().isEmpty() || !c.requires().isEmpty()).isTrue());
    return chunks;
  }

  private static <T> T soon(Callable<T> supplier) {
    return await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(30))
        .until(supplier, value -> value != null);
  }

  private ReplayPlan plan(ReplaySelection selection) {
    return ReplayPlan.of(server(), OutboxRows.tables(relay), selection);
  }

  private MySqlServer server() {
    return OutboxRows.server(relay);
  }

  private static ReplaySelection select(
      List<String> ids,
      String key,
      String type,
      String topic,
      String schema,
      String from,
      String to) {
    return new ReplaySelection(
        ids,
        key,
        type,
        topic,
        schema,
        from == null ? null : Instant.parse(from),
        to == null ? null : Instant.parse(to));
  }

  private static String header(ProducerRecord<byte[], byte[]> kafkaRecord, String name) {
    return new String(kafkaRecord.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
