package dev.outrail.messaging.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outrail.messaging.MessagingDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

class InboxPurgeIT {

  private static final Duration RETENTION = Duration.ofDays(30);

  private final MessagingDatabase database = new MessagingDatabase();
  private final Inbox inbox = new JdbcInbox(database.dataSource(), database.transactionManager());
  private final InboxPurge purge = new InboxPurge(database.jdbc(), database.transactionManager());

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void oldMarksGoInSmallTransactionsAndYoungOnesStay() {
    for (int number = 0; number < 25; number++) {
      apply(madeBefore(Duration.ofDays(40)));
    }
    age("ledger", Duration.ofDays(31));
    String young = madeBefore(Duration.ZERO);
    apply(young);
    inbox.applyOnce("another", madeBefore(Duration.ofDays(40)), () -> {});

    assertThat(purge.consumers()).containsExactlyInAnyOrder("ledger", "another");
    long before = deletions();
    assertThat(purge.purge("ledger", RETENTION, 10)).isEqualTo(25);

    assertThat(deletions() - before).as("DELETE statements").isEqualTo(3);
    assertThat(database.count("processed_message")).isEqualTo(2);
    assertThat(apply(young)).isEqualTo(ApplyOutcome.REDELIVERY);
    assertThat(purge.purge("ledger", RETENTION, 10)).isZero();
  }

  @Test
  void aReplayOfWhatWasPurgedIsRefusedInsteadOfAppliedASecondTime() {
    String old = madeBefore(Duration.ofDays(40));
    apply(old);
    age("ledger", Duration.ofDays(39));
    purge.purge("ledger", RETENTION, 100);
    assertThat(database.count("processed_message")).isZero();

    assertThatThrownBy(() -> apply(old))
        .isInstanceOf(ForgottenMessageException.class)
        .hasMessageContaining(old)
        .hasMessageContaining("by force");

    assertThat(database.balance()).as("once").isEqualTo(1);
    assertThat(database.count("processed_message")).isZero();
  }

  @Test
  void inABatchOnlyTheForgottenMessageIsRefused() {
    String old = madeBefore(Duration.ofDays(40));
    apply(old);
    age("ledger", Duration.ofDays(39));
    purge.purge("ledger", RETENTION, 100);
    String first = madeBefore(Duration.ZERO);
    String last = madeBefore(Duration.ZERO);

    BatchFailedException failure =
        catchThrowableOfType(
            BatchFailedException.class,
            () ->
                inbox.applyBatch(
                    "ledger",
                    List.of(first, old, last),
                    Function.identity(),
                    ids -> database.deposit(ids.size())));

    assertThat(failure.index()).isEqualTo(1);
    assertThat(failure).hasCauseInstanceOf(ForgottenMessageException.class);
    assertThat(database.balance()).as("the old one and the first").isEqualTo(2);
  }

  @Test
  void aMessageThatIsOlderThanThePurgeReachesIsApplied() {
    inbox.applyOnce("ledger", madeBefore(Duration.ofDays(50)), () -> {});
    purge.purge("ledger", RETENTION, 100);

    assertThat(apply(madeBefore(Duration.ofDays(29)))).isEqualTo(ApplyOutcome.APPLIED);
    assertThat(apply(UUID.randomUUID().toString()))
        .as("without a time in its id")
        .isEqualTo(ApplyOutcome.APPLIED);
    assertThat(inbox.applyOnce("another", madeBefore(Duration.ofDays(50)), () -> {}))
        .as("of whom nothing was purged")
        .isEqualTo(ApplyOutcome.APPLIED);
  }

  /** Of others nobody could tell whether they are old when they come again. */
  @Test
  void marksWhoseIdsDoNotTellATimeStayUntilTheyAreSaidToMayGo() {
    String ofVersion4 = UUID.randomUUID().toString();
    String looksLikeOne = "0000000g-0000-7000-8000-000000000000";
    List<String> foreign = List.of(ofVersion4, looksLikeOne, "01JDZ3QK7M0000000000000000", "42");
    foreign.forEach(this::apply);
    String upperCase = madeBefore(Duration.ofDays(40)).toUpperCase(Locale.ROOT);
    apply(upperCase);
    apply(madeBefore(Duration.ofDays(40)));
    age("ledger", Duration.ofDays(40));
    String young = UUID.randomUUID().toString();
    apply(young);

    assertThat(purge.purge("ledger", RETENTION, 100)).isEqualTo(2);
    assertThat(foreign).allSatisfy(id -> assertThat(apply(id)).isEqualTo(ApplyOutcome.REDELIVERY));
    assertThatThrownBy(() -> apply(upperCase)).isInstanceOf(ForgottenMessageException.class);

    assertThat(purge.purgeForeignIds("ledger", Duration.ofDays(41), 100)).isZero();
    assertThat(purge.purgeForeignIds("ledger", RETENTION, 3)).isEqualTo(4);
    assertThat(database.count("processed_message")).as("the young one").isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-05:00", "+05:00"})
  void theLimitIsTheSameWhateverTheSessionsTimeZone(String zone) throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      SingleConnectionDataSource elsewhere = new SingleConnectionDataSource(connection, true);
      JdbcClient jdbc = JdbcClient.create(elsewhere);
      JdbcTransactionManager transactions = new JdbcTransactionManager(elsewhere);
      jdbc.sql("SET time_zone = '%s'".formatted(zone)).update();
      Inbox away = new JdbcInbox(elsewhere, transactions);
      String old = madeBefore(Duration.ofHours(4));
      away.applyOnce("ledger", old, () -> {});
      age("ledger", Duration.ofMinutes(239));

      long gone = new InboxPurge(jdbc, transactions).purge("ledger", Duration.ofHours(3), 100);

      assertThat(gone).isEqualTo(1);
      assertThatThrownBy(() -> away.applyOnce("ledger", old, () -> {}))
          .isInstanceOf(ForgottenMessageException.class);
      assertThat(away.applyOnce("ledger", madeBefore(Duration.ofHours(2)), () -> {}))
          .isEqualTo(ApplyOutcome.APPLIED);
      jdbc.sql("SET time_zone = DEFAULT").update();
    }
  }

  @Test
  void aRetentionBelowWhatTheInboxTakesForYoungIsRefused() {
    assertThatThrownBy(() -> purge.purge("ledger", Duration.ofMinutes(119), 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT1H59M");
  }

  @Test
  void purgingAndApplyingAtOnceNeitherLoseNorRepeatAnything() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int number = 0; number < 300; number++) {
      ids.add(madeBefore(Duration.ofDays(40)));
    }
    inbox.applyBatch("ledger", ids, Function.identity(), all -> database.deposit(all.size()));
    age("ledger", Duration.ofDays(39));

    Thread purging = new Thread(() -> purge.purge("ledger", RETENTION, 7));
    purging.start();
    int refused = 0;
    for (String id : ids) {
      try {
        assertThat(apply(id)).isEqualTo(ApplyOutcome.REDELIVERY);
      } catch (ForgottenMessageException e) {
        refused++;
      }
    }
    purging.join();

    assertThat(database.balance()).isEqualTo(300);
    assertThat(database.count("processed_message")).isZero();
    System.out.printf("InboxPurgeIT: %d of 300 were met after the purge%n", refused);
  }

  /** Of the whole server, which nobody else uses meanwhile. */
  private long deletions() {
    return database
        .jdbc()
        .sql("SHOW GLOBAL STATUS LIKE 'Com_delete'")
        .query((row, number) -> row.getLong(2))
        .single();
  }

  private ApplyOutcome apply(String id) {
    return inbox.applyOnce("ledger", id, () -> database.deposit(1));
  }

  /** Makes the marks of a consumer older. */
  private void age(String consumer, Duration age) {
    database
        .jdbc()
        .sql(
            """
            UPDATE processed_message SET processed_at = NOW(6) - INTERVAL :seconds SECOND
            WHERE consumer = :consumer
            """)
        .param("seconds", age.toSeconds())
        .param("consumer", consumer)
        .update();
  }

  private static String madeBefore(Duration age) {
    long millis = Instant.now().minus(age).toEpochMilli();
    UUID random = UUID.randomUUID();
    long high = millis << 16 | 0x7000 | random.getMostSignificantBits() & 0xFFF;
    return new UUID(high, random.getLeastSignificantBits()).toString();
  }
}
