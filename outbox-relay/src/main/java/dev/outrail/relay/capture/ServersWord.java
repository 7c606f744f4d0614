package dev.outrail.relay.capture;

import dev.outrail.relay.capture.ReadTransactions.Transaction;
import dev.outrail.relay.capture.ShapeReader.Seen;
import dev.outrail.relay.problem.HaltException;
import io.debezium.pipeline.ErrorHandler;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the shape that rows have, where the DDL read so far does not tell: their names come from
 * the binlog if the server writes them there, else from the columns that the table has now, if
 * these are like those of the rows, and no statement about the table lies in between. For the
 * binlog thread, which it keeps waiting.
 */
final class ServersWord {

  private static final Logger log = LoggerFactory.getLogger(ServersWord.class);

  private final DebeziumParts parts;
  private final ErrorHandler errors;
  private final ShapeReader reader;
  private final FollowedDdl ddl;
  private final LookAhead.Alive alive;

  ServersWord(
      DebeziumParts parts,
      ErrorHandler errors,
      ShapeReader reader,
      FollowedDdl ddl,
      LookAhead.Alive alive) {
    this.parts = parts;
    this.errors = errors;
    this.reader = reader;
    this.ddl = ddl;
    this.alive = alive;
  }

  /**
   * The shape of rows.
   *
   * @param outbox their table
   * @param known its shape by the DDL read so far; null if that does not tell
   * @param said what the binlog says of them
   * @param of the transaction that wrote them
   * @throws HaltException if their names cannot be told
   */
  Table shape(
      TableName outbox, TableId id, @Nullable Table known, TableMap said, @Nullable Transaction of)
      throws InterruptedException {
    String defaultCharset = known == null ? null : known.defaultCharsetName();
    if (said.hasNames()) {
      return TableShape.of(id, said.columns(), defaultCharset);
    }
    Table merged = known == null ? null : TableShape.merged(known, said.columns());
    return merged == null ? ofPresent(outbox, id, known, said.columns(), of) : merged;
  }

  private Table ofPresent(
      TableName outbox,
      TableId id,
      @Nullable Table known,
      List<MappedColumn> said,
      @Nullable Transaction of)
      throws InterruptedException {
    Seen seen = reader.see(outbox);
    if (!areAlike(seen.columns(), said)) {
      throw halt(outbox, known, said, "Its present columns are others: " + told(seen) + ".", of);
    }
    String later =
        of == null
            ? null
            : LookAhead.statement(
                parts,
                errors,
                ddl.filter(),
                outbox,
                of.before().text(),
                gtid -> GtidSets.contains(seen.readAt(), gtid),
                alive);
    if (later != null) {
      throw halt(
          outbox,
          known,
          said,
          "Its present columns are like that, but it was altered again: '%s'."
              .formatted(CaptureFailures.shortened(later)),
          of);
    }
    log.info(
        "{} has the columns that the server tells now: {}. The DDL read so far said {}.",
        outbox,
        told(seen),
        known == null ? "nothing of them" : TableShape.told(known));
    return TableShape.of(id, seen.columns(), known == null ? null : known.defaultCharsetName());
  }

  private HaltException halt(
      TableName outbox,
      @Nullable Table known,
      List<MappedColumn> said,
      String present,
      @Nullable Transaction of) {
    return CaptureFailures.unknownShape(
        outbox,
        known == null ? null : TableShape.told(known),
        ddl.notUnderstood(outbox),
        TableShape.told(said),
        present,
        of == null ? "?" : of.gtid());
  }

  private static boolean areAlike(List<MappedColumn> present, List<MappedColumn> said) {
    if (present.size() != said.size()) {
      return false;
    }
    for (int i = 0; i < said.size(); i++) {
      if (!said.get(i).isLike(present.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static String told(Seen seen) {
    return seen.columns().isEmpty() ? "there is no such table" : TableShape.told(seen.columns());
  }
}
