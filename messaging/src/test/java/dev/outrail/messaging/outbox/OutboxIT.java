package dev.outrail.messaging.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.messaging.MessagingDatabase;
import dev.outrail.messaging.jdbc.OpenTransaction;
import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.kafka.PassingFailures;
import dev.outrail.messaging.tracing.TraceContext;
import dev.outrail.messaging.tracing.TraceContextSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.SimpleConnectionHandle;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

class OutboxIT {

  private static final OutboxEvent PAID =
      OutboxEvent.json("order-notify", "42", "payment.succeeded.v1", "{\"payId\":42}");

  private final MessagingDatabase database = new MessagingDatabase();
  private final Outbox outbox = new JdbcOutbox(database.dataSource(), TraceContextSource.none());

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void anEventExistsWhenItsTransactionCommits() {
    EventId id = database.transaction().execute(status -> outbox.append(PAID));

    Map<String, Object> row = database.jdbc().sql("SELECT * FROM outbox").query().singleRow();
    assertThat(row)
        .containsEntry("id", id.toString())
        .containsEntry("aggregatetype", "order-notify")
        .containsEntry("aggregateid", "42")
        .containsEntry("type", "payment.succeeded.v1")
        .containsEntry("content_type", "application/json")
        .containsEntry("traceparent", null)
        .containsEntry("payload", PAID.payload());
    assertThat(id.value().version()).isEqualTo(7);
  }

  @Test
  void anEventDoesNotExistWhenItsTransactionRollsBack() {
    database
        .transaction()
        .executeWithoutResult(
            status -> {
              outbox.append(PAID);
              status.setRollbackOnly();
            });

    assertThat(database.count("outbox")).isZero();
  }

  @Test
  void appendingOutsideATransactionFailsAndWritesNothing() {
    assertThatThrownBy(() -> outbox.append(PAID))
        .isInstanceOf(OutboxTransactionMissingException.class)
        .hasMessageContaining("no transaction is open")
        .hasMessageContaining("@Transactional");

    assertThat(database.count("outbox")).isZero();
  }

  @Test
  void appendingInAReadOnlyTransactionFails() {
    TransactionTemplate readOnly = database.transaction();
    readOnly.setReadOnly(true);

    assertThatThrownBy(() -> readOnly.execute(status -> outbox.append(PAID)))
        .isInstanceOf(OutboxTransactionMissingException.class)
        .hasMessageContaining("read-only");
  }

  @Test
  void appendingInTheTransactionOfAnotherDatabaseFails() {
    try (MessagingDatabase other = new MessagingDatabase()) {
      assertThatThrownBy(() -> other.transaction().execute(status -> outbox.append(PAID)))
          .isInstanceOf(OutboxTransactionMissingException.class)
          .hasMessageContaining("another data source");
    }
    assertThat(database.count("outbox")).isZero();
  }

  @Test
  void aConnectionThatAForeignTransactionMerelyBoundIsNotATransaction() {
    try (MessagingDatabase other = new MessagingDatabase()) {
      assertThatThrownBy(
              () ->
                  other
                      .transaction()
                      .execute(
                          status -> {
                            DataSourceUtils.getConnection(database.dataSource());
                            return outbox.append(PAID);
                          }))
          .isInstanceOf(OutboxTransactionMissingException.class)
          .hasMessageContaining("another data source");
    }
    assertThat(database.count("outbox")).isZero();
  }

  /** Hibernate's users often have their pool so; it rolls back what is given back like that. */
  @Test
  void norIsItWhereThePoolDoesNotCommitByItself() {
    DataSource pool =
        new DelegatingDataSource(database.dataSource()) {
          @Override
          public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            connection.setAutoCommit(false);
            return connection;
          }
        };
    Outbox ofPool = new JdbcOutbox(pool, TraceContextSource.none());
    TransactionTemplate own = new TransactionTemplate(new JdbcTransactionManager(pool));
    try (MessagingDatabase other = new MessagingDatabase()) {
      assertThatThrownBy(
              () ->
                  other
                      .transaction()
                      .execute(
                          status -> {
                            JdbcClient.create(pool).sql("SELECT 1").query().singleRow();
                            return ofPool.append(PAID);
                          }))
          .isInstanceOf(OutboxTransactionMissingException.class)
          .hasMessageContaining("another data source");

      other
          .transaction()
          .executeWithoutResult(
              status -> {
                JdbcClient.create(pool).sql("SELECT 1").query().singleRow();
                own.executeWithoutResult(inner -> ofPool.append(PAID));
              });
    }
    assertThat(database.count("outbox")).as("in a transaction of its own").isEqualTo(1);
  }

  @Test
  void aNestedTransactionTakesItsEventsWithItWhenItRollsBack() {
    TransactionTemplate nested = database.transaction();
    nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);

    database
        .transaction()
        .executeWithoutResult(
            status -> {
              nested.executeWithoutResult(inner -> outbox.append(PAID));
              nested.executeWithoutResult(
                  inner -> {
                    outbox.append(PAID);
                    inner.setRollbackOnly();
                  });
            });

    assertThat(database.count("outbox")).isEqualTo(1);
  }

  /** As the managers of JPA and Hibernate do it. */
  @Test
  void theConnectionThatAManagerOfAnotherKindHandsOutIsItsTransaction() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      TransactionSynchronizationManager.setActualTransactionActive(true);
      TransactionSynchronizationManager.bindResource(
          database.dataSource(), new ConnectionHolder(new SimpleConnectionHandle(connection)));
      try {
        outbox.append(PAID);
      } finally {
        TransactionSynchronizationManager.unbindResource(database.dataSource());
        TransactionSynchronizationManager.clear();
      }
      connection.commit();
    }

    assertThat(database.count("outbox")).isEqualTo(1);
  }

  @Test
  void thePayloadIsStoredByteForByte() {
    byte[] every = new byte[256];
    for (int value = 0; value < every.length; value++) {
      every[value] = (byte) value;
    }
    OutboxEvent binary = new OutboxEvent("topic", "key", "type", "application/x-any", every);

    database.transaction().execute(status -> outbox.append(binary));

    assertThat(database.jdbc().sql("SELECT payload FROM outbox").query(byte[].class).single())
        .isEqualTo(every);
  }

  @Test
  void aTombstoneIsStoredWithoutAPayload() {
    database
        .transaction()
        .execute(
            status ->
                outbox.appendAll(List.of(OutboxEvent.tombstone("topic", "key", "gone.v1"), PAID)));

    assertThat(
            database
                .jdbc()
                .sql("SELECT type FROM outbox WHERE payload IS NULL")
                .query(String.class)
                .list())
        .containsExactly("gone.v1");
  }

  @Test
  void anEventKeepsTheTraceThatItWasGivenAndOthersTakeTheCurrentOne() {
    String current = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    String given = "00-11111111111111111111111111111111-2222222222222222-01";
    Outbox traced =
        new JdbcOutbox(database.dataSource(), () -> Optional.of(new TraceContext(current, "a=b")));

    database
        .transaction()
        .execute(
            status ->
                traced.appendAll(
                    List.of(
                        PAID,
                        PAID.inTrace(new TraceContext(given, null)),
                        PAID.inTrace(TraceContext.NONE))));

    assertThat(
            database
                .jdbc()
                .sql("SELECT CONCAT_WS('|', traceparent, tracestate) FROM outbox ORDER BY id")
                .query(String.class)
                .list())
        .containsExactlyInAnyOrder(current + "|a=b", given, "");
  }

  @Test
  void headersAndCauseAreStoredAsPairsInTheirOrder() {
    String odd = "\"\\ \u0001\n\u007f\u2028größe 漢😀";
    InboundEvent received = new InboundEvent("7", "type", "key", null, TraceContext.NONE);

    database
        .transaction()
        .execute(
            status ->
                outbox.appendAll(
                    List.of(
                        PAID,
                        PAID.header("b", odd).header("a", "").header("b", "2"),
                        PAID.header("b", "1").following(received))));

    assertThat(
            database
                .jdbc()
                .sql(
                    """
                    SELECT CONCAT_WS('|', JSON_LENGTH(headers), headers ->> '$[0][1]', headers ->> '$[1]', headers ->> '$[2][1]')
                    FROM outbox ORDER BY JSON_LENGTH(headers)""")
                .query(String.class)
                .list())
        .containsExactly("", "2|1|[\"ce_causationid\", \"7\"]", "3|" + odd + "|[\"a\", \"\"]|2");
  }

  @Test
  void aTableOfAnEarlierReleaseTakesEventsWithoutHeadersAndOthersAreRefusedWithTheRemedy() {
    database.jdbc().sql("ALTER TABLE outbox DROP COLUMN headers").update();

    database.transaction().execute(status -> outbox.append(PAID));
    assertThatThrownBy(
            () ->
                database
                    .transaction()
                    .execute(status -> outbox.appendAll(List.of(PAID, PAID.header("a", "b")))))
        .isInstanceOf(DataAccessException.class)
        .hasMessageContaining("no column headers")
        .hasMessageContaining("messaging-7-outbox-headers")
        .satisfies(failure -> assertThat(PassingFailures.isOfServer(failure)).isTrue());
    assertThat(database.count("outbox")).isEqualTo(1);
  }

  @Test
  void headersCountInTheSizeOfAStatement() {
    OutboxEvent large = PAID.header("a", "x".repeat(32_000));

    database
        .transaction()
        .executeWithoutResult(
            status -> {
              long before = insertStatements();
              outbox.appendAll(Collections.nCopies(300, large));
              assertThat(insertStatements() - before).as("of 4 MiB at most").isEqualTo(3);
            });
  }

  @Test
  void anAppendBehindTheCommitIsRefusedAndOneInATransactionOfItsOwnThereIsNot() {
    database.transactionManager().addListener(new OpenTransaction(database.dataSource()));
    List<String> refused = new ArrayList<>();
    TransactionTemplate own = database.transaction();
    own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);

    database
        .transaction()
        .executeWithoutResult(
            status -> {
              own.executeWithoutResult(inner -> outbox.append(PAID));
              outbox.append(PAID);
              TransactionSynchronizationManager.registerSynchronization(
                  new TransactionSynchronization() {
                    @Override
                    public void beforeCommit(boolean readOnly) {
                      outbox.append(PAID);
                    }

                    @Override
                    public void afterCommit() {
                      own.executeWithoutResult(inner -> outbox.append(PAID));
                      refuse("after commit");
                    }

                    @Override
                    public void afterCompletion(int how) {
                      refuse("after completion");
                    }

                    private void refuse(String when) {
                      try {
                        outbox.append(PAID);
                      } catch (OutboxTransactionMissingException e) {
                        refused.add(when + ": " + e.getMessage());
                      }
                    }
                  });
            });

    assertThat(refused)
        .hasSize(2)
        .allSatisfy(message -> assertThat(message).contains("has ended already"));
    assertThat(database.count("outbox")).isEqualTo(4);
    database.transaction().executeWithoutResult(status -> outbox.append(PAID));
    assertThat(database.count("outbox")).isEqualTo(5);
  }

  @Test
  void manyEventsTakeOneStatementAndKeepTheirOrder() {
    database
        .jdbc()
        .sql("ALTER TABLE outbox ADD written BIGINT NOT NULL AUTO_INCREMENT UNIQUE")
        .update();
    List<OutboxEvent> events = new ArrayList<>();
    for (int number = 0; number < 200; number++) {
      events.add(OutboxEvent.json("topic", "key", "type", "{\"number\":" + number + "}"));
    }

    List<EventId> ids =
        database
            .transaction()
            .execute(
                status -> {
                  long before = insertStatements();
                  List<EventId> appended = outbox.appendAll(events);
                  assertThat(insertStatements() - before).isEqualTo(1);
                  return appended;
                });

    assertThat(ids).hasSize(200).doesNotHaveDuplicates();
    assertThat(
            database
                .jdbc()
                .sql("SELECT CONCAT(id, ' ', payload) FROM outbox ORDER BY written")
                .query(String.class)
                .list())
        .containsExactlyElementsOf(
            IntStream.range(0, 200)
                .mapToObj(number -> ids.get(number) + " {\"number\":" + number + "}")
                .toList());
  }

  @Test
  void aListThatIsTooLargeForOneStatementIsSplitAndComplete() {
    OutboxEvent large = ofMebibytes(1);
    OutboxEvent alone = ofMebibytes(5);

    List<EventId> ids =
        database
            .transaction()
            .execute(
                status -> {
                  long before = insertStatements();
                  List<EventId> appended =
                      outbox.appendAll(List.of(large, large, large, large, large, large, alone));
                  assertThat(insertStatements() - before).as("statements").isEqualTo(3);
                  return appended;
                });

    assertThat(ids).hasSize(7);
    assertThat(database.count("outbox")).isEqualTo(7);
  }

  private static OutboxEvent ofMebibytes(int count) {
    return new OutboxEvent(
        "topic", "key", "type", "application/x-any", new byte[count * 1024 * 1024]);
  }

  @Test
  void theTraceOfTheWriterIsStoredWithTheEvent() {
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    Outbox traced =
        new JdbcOutbox(
            database.dataSource(),
            () -> Optional.of(new TraceContext(traceparent, "vendor=value")));

    database.transaction().execute(status -> traced.append(PAID));

    assertThat(database.jdbc().sql("SELECT * FROM outbox").query().singleRow())
        .containsEntry("traceparent", traceparent)
        .containsEntry("tracestate", "vendor=value");
  }

  private long insertStatements() {
    return JdbcClient.create(database.dataSource())
        .sql("SHOW SESSION STATUS LIKE 'Com_insert'")
        .query((row, number) -> row.getLong(2))
        .single();
  }
}
