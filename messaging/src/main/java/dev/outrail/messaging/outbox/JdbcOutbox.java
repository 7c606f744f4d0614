package dev.outrail.messaging.outbox;

import dev.outrail.messaging.jdbc.DatabaseFailures;
import dev.outrail.messaging.jdbc.OpenTransaction;
import dev.outrail.messaging.tracing.TraceContext;
import dev.outrail.messaging.tracing.TraceContextSource;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The outbox on Spring JDBC: one multi-row insert a call. */
public final class JdbcOutbox implements Outbox {

  private static final String INSERT =
      """
      INSERT INTO outbox
        (id, aggregatetype, aggregateid, type, payload, content_type, traceparent, tracestate)
      VALUES\s""";

  private static final String ROW = "(?, ?, ?, ?, ?, ?, ?, ?)";

  /** Only for events that have any, so that a table of an earlier release does for the others. */
  private static final String INSERT_WITH_HEADERS =
      """
      INSERT INTO outbox
        (id, aggregatetype, aggregateid, type, payload, content_type, traceparent, tracestate,
         headers)
      VALUES\s""";

  private static final String ROW_WITH_HEADERS = "(?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final int NO_SUCH_COLUMN = 1054;
  private static final int MAX_ROWS = 500;
  private static final long MAX_BYTES = 4L * 1024 * 1024;

  /** Fits, escaped and with its columns, whatever a server is sensibly set to: 1 MiB and more. */
  private static final long SMALL = 256 * 1024;

  private final OpenTransaction transaction;
  private final JdbcTemplate jdbc;
  private final TraceContextSource traceContexts;

  /**
   * @param dataSource where the {@code outbox} table is; the one that the caller's transaction
   *     manager uses
   * @param traceContexts gives the trace context to store with each event
   */
  public JdbcOutbox(DataSource dataSource, TraceContextSource traceContexts) {
    this.transaction = new OpenTransaction(dataSource);
    this.jdbc = new JdbcTemplate(OpenTransaction.targetOf(dataSource));
    this.traceContexts = traceContexts;
  }

  @Override
  public List<EventId> appendAll(List<OutboxEvent> events) {
    requireTransaction();
    TraceContext trace = traceContexts.current().orElse(TraceContext.NONE);
    List<EventId> ids = new ArrayList<>(events.size());
    long most = bytesOf(events) <= SMALL ? SMALL : Math.min(MAX_BYTES, packet() / 4);
    int from = 0;
    while (from < events.size()) {
      int to = endOfStatement(events, from, most);
      ids.addAll(insert(events.subList(from, to), trace));
      from = to;
    }
    return List.copyOf(ids);
  }

  private static long bytesOf(List<OutboxEvent> events) {
    return events.stream().mapToLong(OutboxEvent::length).sum();
  }

  /** Asked each time, for large ones only: a server may be given more while this runs. */
  private long packet() {
    return Objects.requireNonNull(
        jdbc.queryForObject("SELECT @@session.max_allowed_packet", Long.class));
  }

  /**
   * Bounds a statement by rows and by bytes: a quarter of what the server takes, for the driver
   * writes up to two bytes for one.
   */
  private static int endOfStatement(List<OutboxEvent> events, int from, long most) {
    long bytes = 0;
    int to = from;
    while (to < events.size() && to - from < MAX_ROWS) {
      bytes += events.get(to).length();
      if (to > from && bytes > most) {
        break;
      }
      to++;
    }
    return to;
  }

  private List<EventId> insert(List<OutboxEvent> events, TraceContext trace) {
    List<EventId> ids = events.stream().map(event -> EventId.next()).toList();
    List<@Nullable String> headers = headersOf(events);
    String sql =
        headers.isEmpty()
            ? INSERT + String.join(", ", Collections.nCopies(events.size(), ROW))
            : INSERT_WITH_HEADERS
                + String.join(", ", Collections.nCopies(events.size(), ROW_WITH_HEADERS));
    int rows;
    try {
      rows = jdbc.update(sql, statement -> setRows(statement, ids, events, trace, headers));
    } catch (TransientDataAccessResourceException e) {
      if (events.size() == 1 && DatabaseFailures.isOfDriver(e.getCause())) {
        throw new IllegalArgumentException(
            "an event for topic %s with a payload of %d bytes does not fit into the server's max_allowed_packet of %d bytes: make it smaller, or raise that"
                .formatted(events.get(0).topic(), events.get(0).payloadLength(), packet()),
            e);
      }
      throw e;
    } catch (DataAccessException e) {
      if (!headers.isEmpty()
          && e.getRootCause() instanceof SQLException answer
          && answer.getErrorCode() == NO_SUCH_COLUMN) {
        throw new DataAccessResourceFailureException(
            "the outbox table has no column headers, which an event with headers or a cause needs: run change messaging-7-outbox-headers of messaging.sql (ALTER TABLE outbox ADD COLUMN headers MEDIUMTEXT NULL)",
            e);
      }
      throw e;
    }
    if (rows != events.size()) {
      throw new IncorrectUpdateSemanticsDataAccessException(
          "appended %d outbox rows, expected %d, first id %s"
              .formatted(rows, events.size(), ids.get(0)));
    }
    return ids;
  }

  /** One for each event, null for those without; empty if none has any. */
  private static List<@Nullable String> headersOf(List<OutboxEvent> events) {
    String current = Causation.current();
    List<@Nullable String> headers = new ArrayList<>(events.size());
    boolean any = false;
    for (OutboxEvent event : events) {
      String json =
          OutboxHeaders.json(event.headers(), event.cause() == null ? current : event.cause());
      headers.add(json);
      any |= json != null;
    }
    return any ? headers : List.of();
  }

  /**
   * Typed, and not left to Spring: for a null without a type it asks the driver, and MySQL's driver
   * answers with an exception each time.
   */
  private static void setRows(
      PreparedStatement statement,
      List<EventId> ids,
      List<OutboxEvent> events,
      TraceContext trace,
      List<@Nullable String> headers)
      throws SQLException {
    int parameter = 0;
    for (int i = 0; i < events.size(); i++) {
      OutboxEvent event = events.get(i);
      TraceContext own = event.trace() == null ? trace : event.trace();
      statement.setString(++parameter, ids.get(i).toString());
      statement.setString(++parameter, event.topic());
      statement.setString(++parameter, event.key());
      statement.setString(++parameter, event.type());
      statement.setBytes(++parameter, event.payload());
      statement.setString(++parameter, event.contentType());
      statement.setString(++parameter, own.traceparent());
      statement.setString(++parameter, own.tracestate());
      if (!headers.isEmpty()) {
        statement.setString(++parameter, headers.get(i));
      }
    }
  }

  private void requireTransaction() {
    transaction
        .obstacle()
        .ifPresent(
            why -> {
              throw new OutboxTransactionMissingException(why);
            });
  }
}
