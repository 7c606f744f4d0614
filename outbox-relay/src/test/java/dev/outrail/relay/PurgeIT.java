package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.position.Coverage;
import dev.outrail.relay.purge.Kept;
import dev.outrail.relay.purge.Purge;
import dev.outrail.relay.purge.PurgeListener;
import dev.outrail.relay.purge.PurgeSettings;
import dev.outrail.testbed.Testbed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The purge against a real server, with Kafka's confirmation in the test's hand. */
@Tag("long")
@SuppressWarnings("try") // what is opened works by itself until it is closed
class PurgeIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration RETENTION = Duration.ofDays(7);
  private static final Duration OLD = Duration.ofDays(8);
  private static final Duration YOUNG = Duration.ofDays(6);

  private static final String BINARY_IDS =
      """
      CREATE TABLE outbox (
        id BINARY(16) PRIMARY KEY, aggregatetype VARCHAR(255) NOT NULL, aggregateid VARCHAR(255) NOT NULL,
        type VARCHAR(255) NOT NULL, payload MEDIUMBLOB NOT NULL,
        created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6))
      """;

  private final RelayHarness relay = new RelayHarness(Testbed.shared(), "pay");
  private final Passes passes = new Passes();
  private final AtomicInteger questions = new AtomicInteger();
  private volatile String confirmed = "";
  private volatile Set<String> kept = Set.of();
  private volatile Set<String> keptTopics = Set.of();
  private volatile Instant since = Coverage.EVERYTHING;
  private volatile boolean paused;
  private ZoneId zone;
  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    connection = relay.connection();
    grant("DELETE, ALTER, DROP");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    relay.close();
  }

  @Test
  void confirmedRowsPastRetentionGoAndYoungerOnesStay() throws Exception {
    OldRows.fill(connection, "t", 0, 2_500, OLD);
    List<String> young = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      young.add(OldRows.insert(connection, "t", YOUNG));
    }
    String oldIdButYoung = OldRows.id(Instant.now().minus(OLD));
    young.add(0, OldRows.insert(connection, "t", oldIdButYoung, Instant.now().minus(YOUNG)));
    confirmed = OldRows.executed(connection);

    try (Purge purge = start(PurgeSettings.Mode.DELETE)) {
      await().atMost(SOON).untilAsserted(() -> assertThat(ids()).hasSize(11));
      passes.awaitTwo();
    }

    assertThat(ids()).containsExactlyInAnyOrderElementsOf(young);
    assertThat(passes.rows.get()).isEqualTo(2_500);
    assertThat(passes.failures.get()).isZero();
  }

  @Test
  void rowsPastRetentionStayUntilKafkaHasConfirmedThem() throws Exception {
    OldRows.insert(connection, "t", OLD);
    confirmed = OldRows.executed(connection);
    String notConfirmed = OldRows.insert(connection, "t", OLD);

    try (Purge purge = start(PurgeSettings.Mode.DELETE)) {
      awaitQuestions();
      assertThat(ids()).contains(notConfirmed);

      confirmed = OldRows.executed(connection);
      await().atMost(SOON).until(() -> ids().isEmpty());
    }
  }

  @Test
  void aRowOfATransactionThatCommitsLateStaysUntilThatTransactionIsConfirmed() throws Exception {
    try (Connection late = relay.connection()) {
      late.setAutoCommit(false);
      String lateId = OldRows.insert(late, "t", OLD);
      String early = OldRows.insert(connection, "t", OLD);
      confirmed = OldRows.executed(connection);
      try (Purge purge = start(PurgeSettings.Mode.DELETE)) {
        await().atMost(SOON).until(() -> !ids().contains(early));

        late.commit();
        awaitQuestions();
        assertThat(ids()).containsExactly(lateId);

        confirmed = OldRows.executed(connection);
        await().atMost(SOON).until(() -> ids().isEmpty());
      }
    }
  }

  @Test
  void rowsThatAreToBeKeptStay() throws Exception {
    String quarantined = OldRows.insert(connection, "t", OLD.plusDays(1));
    OldRows.fill(connection, "t", 0, 50, OLD);
    kept = Set.of(quarantined);
    confirmed = OldRows.executed(connection);

    try (Purge purge = start(PurgeSettings.Mode.DELETE)) {
      await().atMost(SOON).until(() -> ids().size() == 1);
      passes.awaitTwo();
    }

    assertThat(ids()).containsExactly(quarantined);
  }

  @ParameterizedTest
  @EnumSource(names = {"DELETE", "PARTITION"})
  void rowsOfATopicWhoseEventsAreHeldStay(PurgeSettings.Mode mode) throws Exception {
    if (mode == PurgeSettings.Mode.PARTITION) {
      partitionedBySeconds();
    }
    String held = OldRows.insert(connection, "denied", Duration.ofDays(10));
    String published = OldRows.insert(connection, "t", Duration.ofDays(20));
    keptTopics = Set.of("denied");
    confirmed = OldRows.executed(connection);

    try (Purge purge = start(mode)) {
      await().atMost(SOON).until(() -> !ids().contains(published));
      passes.awaitTwo();
      assertThat(ids()).containsExactly(held);

      keptTopics = Set.of();
      confirmed = OldRows.executed(connection); // the deletion before has a GTID, too
      await().atMost(SOON).until(() -> ids().isEmpty());
    }
  }

  @Test
  void rowsFromBeforeTheCoverageStayAndAreCounted() throws Exception {
    OldRows.fill(connection, "t", 0, 20, OLD.plusDays(1));
    List<String> before = ids();
    OldRows.fill(connection, "t", 20, 30, OLD);
    since = Instant.now().minus(OLD).minus(Duration.ofHours(12));
    confirmed = OldRows.executed(connection);

    try (Purge purge = start(PurgeSettings.Mode.DELETE)) {
      await().atMost(SOON).until(() -> ids().size() == 20);
      passes.awaitTwo();
      assertThat(ids()).containsExactlyElementsOf(before);
      assertThat(passes.heldBack.get()).isEqualTo(20);

      since = Coverage.EVERYTHING;
      confirmed = OldRows.executed(connection);
      await().atMost(SOON).until(() -> ids().isEmpty());
    }
  }

  /** West of UTC, a local time looks older than it is. */
  @Test
  void aDatetimeIsAsOldAsItIsInItsZone() throws Exception {
    zone = ZoneId.of("-08:00");
    recreate(BINARY_IDS.replace("created_at TIMESTAMP", "created_at DATETIME"));
    execute("SET time_zone = '-08:00'");
    OldRows.insert(connection, "t", RETENTION.plusHours(1));
    String young = OldRows.insert(connection, "t", RETENTION.minusHours(1));
    confirmed = OldRows.executed(connection);

    try (Purge purge = start(PurgeSettings.Mode.DELETE)) {
      await().atMost(SOON).until(() -> ids().size() == 1);
      passes.awaitTwo();
    }

    assertThat(ids()).containsExactly(young);
  }

  @Test
  void wherePublishersSetCreatedAtTheCoverageSaysNothingAndAllStay() throws Exception {
    recreate(BINARY_IDS.replace(" DEFAULT CURRENT_TIMESTAMP(6)", ""));
    String old = OldRows.insert(connection, "t", OLD);
    since = Instant.now().minus(OLD.plusDays(1));
    confirmed = OldRows.executed(connection);

    try (Purge purge = start(PurgeSettings.Mode.DELETE)) {
      passes.awaitTwo();
    }

    assertThat(ids()).containsExactly(old);
    assertThat(passes.heldBack.get()).isEqualTo(1);
  }

  @Test
  void nothingGoesWhileTheRelayIsPaused() throws Exception {
    OldRows.insert(connection, "t", OLD);
    confirmed = "";

    try (Purge purge = start(PurgeSettings.Mode.DELETE)) {
      awaitQuestions(); // it has found the row, and waits
      paused = true;
      confirmed = OldRows.executed(connection);
      await().pollDelay(Duration.ofSeconds(1)).atMost(SOON).until(() -> true);
      assertThat(ids()).hasSize(1);

      paused = false;
      await().atMost(SOON).until(() -> ids().isEmpty());
    }
  }

  @Test
  void aPartitionWithARowFromBeforeTheCoverageStays() throws Exception {
    partitionedBySeconds();
    String neverRead = OldRows.insert(connection, "t", Duration.ofDays(20));
    OldRows.insert(connection, "t", Duration.ofDays(10));
    since = Instant.now().minus(Duration.ofDays(17));
    confirmed = OldRows.executed(connection);

    try (Purge purge = start(PurgeSettings.Mode.PARTITION)) {
      await().atMost(SOON).until(() -> ids().size() == 1);
      passes.awaitTwo();
    }

    assertThat(ids()).containsExactly(neverRead);
    assertThat(partitions()).as("p25 has no row").containsExactly("p15", "p5", "p0", "later");
    assertThat(passes.heldBack.get()).isEqualTo(1);
  }

  @Test
  void idsMayBeBinary() throws Exception {
    recreate(BINARY_IDS);
    String quarantined = OldRows.insert(connection, "t", OLD);
    OldRows.insert(connection, "t", OLD);
    String young = OldRows.insert(connection, "t", YOUNG);
    kept = Set.of(quarantined);
    confirmed = OldRows.executed(connection);

    try (Purge purge = start(PurgeSettings.Mode.DELETE)) {
      await().atMost(SOON).until(() -> ids().size() == 2);
      passes.awaitTwo();
    }

    assertThat(ids()).containsExactly(quarantined, young);
  }

  @Test
  void anIndexOnCreatedAtServesIdsThatAreNotInOrderOfTime() throws Exception {
    execute("CREATE INDEX idx_created_at ON outbox (created_at)");
    for (int i = 0; i < 20; i++) {
      OldRows.insert(connection, "t", UUID.randomUUID().toString(), Instant.now().minus(OLD));
    }
    String young = UUID.randomUUID().toString();
    OldRows.insert(connection, "t", young, Instant.now().minus(YOUNG));
    confirmed = OldRows.executed(connection);

    try (Purge purge = start(PurgeSettings.Mode.DELETE)) {
      await().atMost(SOON).until(() -> ids().size() == 1);
    }

    assertThat(ids()).containsExactly(young);
  }

  @Test
  void aRowThatSomebodyHoldsIsLeftToALaterPass() throws Exception {
    String held = OldRows.insert(connection, "t", OLD);
    confirmed = OldRows.executed(connection);
    try (Connection holder = relay.connection();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.executeQuery("SELECT id FROM outbox WHERE id = '%s' FOR UPDATE".formatted(held));
      try (Purge purge = start(PurgeSettings.Mode.DELETE)) {
        await().atMost(SOON).until(() -> passes.failures.get() >= 2);
        assertThat(ids()).containsExactly(held);

        holder.rollback();
        await().atMost(SOON).until(() -> ids().isEmpty());
      }
    }
  }

  @Test
  void partitionsWhollyPastRetentionAndConfirmedAreDropped() throws Exception {
    partitionedBySeconds();
    OldRows.insert(connection, "t", Duration.ofDays(30));
    String quarantined = OldRows.insert(connection, "t", Duration.ofDays(20));
    OldRows.insert(connection, "t", Duration.ofDays(10));
    String young = OldRows.insert(connection, "t", YOUNG);
    kept = Set.of(quarantined);
    String before = OldRows.executed(connection);
    String late = OldRows.insert(connection, "t", Duration.ofDays(10));
    confirmed = before;

    try (Purge purge = start(PurgeSettings.Mode.PARTITION)) {
      awaitQuestions();
      assertThat(ids()).hasSize(5).contains(late);

      confirmed = OldRows.executed(connection);
      await().atMost(SOON).until(() -> ids().size() == 2);
      passes.awaitTwo();
    }

    assertThat(ids()).containsExactly(quarantined, young);
    assertThat(partitions()).containsExactly("p15", "p5", "p0", "later");
    assertThat(passes.partitions.get()).isEqualTo(2);
    assertThat(passes.failures.get()).isZero();
  }

  @Test
  void theLastPartitionIsNeverDropped() throws Exception {
    zone = ZoneOffset.UTC;
    recreate(
        BINARY_IDS
                .replace("BINARY(16) PRIMARY KEY", "CHAR(36) NOT NULL")
                .replace(
                    "created_at TIMESTAMP(6)",
                    "PRIMARY KEY (id, created_at), created_at DATETIME(6)")
            + """
              PARTITION BY RANGE (TO_DAYS(created_at)) (
                PARTITION first VALUES LESS THAN (TO_DAYS('2026-01-01')),
                PARTITION second VALUES LESS THAN (TO_DAYS('2026-02-01')),
                PARTITION third VALUES LESS THAN (TO_DAYS('2026-03-01')))
              """);
    OldRows.insert(
        connection, "t", OldRows.id(Instant.now()), Instant.parse("2025-12-31T23:59:59Z"));
    String last =
        OldRows.insert(
            connection, "t", OldRows.id(Instant.now()), Instant.parse("2026-02-03T00:00:00Z"));
    confirmed = OldRows.executed(connection);

    try (Purge purge = start(PurgeSettings.Mode.PARTITION)) {
      await().atMost(SOON).until(() -> partitions().size() == 1);
      passes.awaitTwo();
    }

    assertThat(partitions()).containsExactly("third");
    assertThat(ids()).containsExactly(last);
  }

  /** So says the server's slow log: rows go through an index, even in a small table. */
  @Test
  void neitherFindingNorDeletingScansTheTable() throws Exception {
    OldRows.fill(connection, "t", 0, 20, OLD);
    confirmed = OldRows.executed(connection);
    relay
        .testbed
        .mysql()
        .execute(
            "SET GLOBAL log_output = 'TABLE', slow_query_log = ON, log_queries_not_using_indexes = ON");
    try {
      execute("SELECT id FROM outbox WHERE payload = 'a scan'");
      try (Purge purge = start(PurgeSettings.Mode.DELETE)) {
        await().atMost(SOON).until(() -> ids().isEmpty());
      }
    } finally {
      relay
          .testbed
          .mysql()
          .execute(
              "SET GLOBAL slow_query_log = OFF, log_queries_not_using_indexes = OFF, log_output = 'FILE'");
    }

    assertThat(scans("root")).as("the log does tell of scans").isNotEmpty();
    assertThat(scans("relay_" + relay.suffix)).isEmpty();
  }

  /**
   * Of the outbox table itself; the server's own lists of tables have no indexes, and a sample of
   * ids is read in the order of theirs.
   */
  private List<String> scans(String user) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT sql_text FROM (
              SELECT CONVERT(sql_text USING utf8mb4) AS sql_text, user_host FROM mysql.slow_log
            ) log
            WHERE user_host LIKE ? AND sql_text LIKE '%outbox%'
              AND sql_text NOT LIKE '%information_schema%'
              AND sql_text NOT LIKE '%ORDER BY id LIMIT 100) UNION%'
            """)) {
      statement.setString(1, user + "[%");
      List<String> found = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          found.add(result.getString(1));
        }
      }
      return found;
    }
  }

  private void partitionedBySeconds() {
    Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
    recreate(
        BINARY_IDS
                .replace("BINARY(16) PRIMARY KEY", "CHAR(36) NOT NULL")
                .replace(
                    "created_at TIMESTAMP(6)",
                    "PRIMARY KEY (id, created_at), created_at TIMESTAMP(6)")
            + """
              PARTITION BY RANGE (FLOOR(UNIX_TIMESTAMP(created_at))) (
                PARTITION p25 VALUES LESS THAN (%d),
                PARTITION p15 VALUES LESS THAN (%d),
                PARTITION p8 VALUES LESS THAN (%d),
                PARTITION p5 VALUES LESS THAN (%d),
                PARTITION p0 VALUES LESS THAN (%d),
                PARTITION later VALUES LESS THAN MAXVALUE)
              """
                .formatted(
                    daysBefore(today, 25),
                    daysBefore(today, 15),
                    daysBefore(today, 8),
                    daysBefore(today, 5),
                    daysBefore(today, 0)));
  }

  private static long daysBefore(Instant day, int days) {
    return day.minus(Duration.ofDays(days)).getEpochSecond();
  }

  private void recreate(String sql) {
    relay.testbed.mysql().execute("USE %s; DROP TABLE outbox; %s".formatted(relay.schema(), sql));
  }

  private void grant(String rights) {
    relay
        .testbed
        .mysql()
        .execute(
            "GRANT %s ON %s.outbox TO relay_%s".formatted(rights, relay.schema(), relay.suffix));
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> ids() throws SQLException {
    return OldRows.ids(connection);
  }

  private List<String> partitions() throws SQLException {
    List<String> names = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT partition_name FROM information_schema.partitions WHERE table_schema = '%s' ORDER BY partition_ordinal_position"
                    .formatted(relay.schema()))) {
      while (rows.next()) {
        String name = rows.getString(1);
        if (name != null) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private Purge start(PurgeSettings.Mode mode) {
    Supplier<String> confirmedNow =
        () -> {
          questions.incrementAndGet();
          return confirmed;
        };
    Supplier<Kept> keptNow = () -> new Kept(kept, keptTopics);
    return Purge.start(
        () ->
            new MySqlServer(
                relay.testbed.mysql().host(),
                relay.testbed.mysql().port(),
                "relay_" + relay.suffix,
                "se;cret",
                "DISABLED",
                "",
                "",
                "",
                "",
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                zone),
        List.of(new TableName(relay.schema(), "outbox")),
        new PurgeSettings(mode, RETENTION, 400, Duration.ofMillis(200)),
        confirmedNow,
        keptNow,
        () -> new Coverage(new TreeMap<>(Map.of(relay.schema() + ".outbox", since))),
        () -> paused,
        passes);
  }

  /** Until the purge, which waits for a confirmation, has asked for it and not got it. */
  private void awaitQuestions() {
    int before = questions.get();
    await().atMost(SOON).until(() -> questions.get() >= before + 2);
  }

  private static final class Passes implements PurgeListener {
    final AtomicLong rows = new AtomicLong();
    final AtomicLong heldBack = new AtomicLong();
    final AtomicInteger partitions = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();
    final AtomicInteger passed = new AtomicInteger();

    @Override
    public void rowsDeleted(long count) {
      rows.addAndGet(count);
    }

    @Override
    public void partitionDropped() {
      partitions.incrementAndGet();
    }

    @Override
    public void heldBack(TableName table, long count, Instant readSince) {
      heldBack.set(count);
    }

    @Override
    public void purgeFailed() {
      failures.incrementAndGet();
    }

    @Override
    public void purgePassed() {
      passed.incrementAndGet();
    }

    /** One that has begun after this call has ended. */
    void awaitTwo() {
      int before = passed.get();
      await().atMost(SOON).until(() -> passed.get() >= before + 2);
    }
  }
}
