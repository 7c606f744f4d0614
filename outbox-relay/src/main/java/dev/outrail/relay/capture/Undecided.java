package dev.outrail.relay.capture;

import dev.outrail.relay.problem.HaltException;
import java.util.ArrayList;
import java.util.List;

/**
 * The outbox rows of an XA transaction, which are in the binlog before the event that tells whether
 * they count: one that was committed in one phase is in the binlog only then; one that was prepared
 * may yet be rolled back.
 */
final class Undecided {

  /** So much is held back in memory. */
  private static final long AT_MOST = 32L * 1024 * 1024;

  private final List<CapturedEvent.Row> rows = new ArrayList<>();
  private long bytes;

  /**
   * Takes note of a row.
   *
   * @throws HaltException if the rows are more than can be held
   */
  void add(CapturedEvent.Row row) {
    bytes += 1_024 + row.row().approximateSize();
    rows.add(row);
    if (bytes > AT_MOST) {
      throw undecided("They are more than %d MiB, too many to hold back.".formatted(AT_MOST >> 20));
    }
  }

  /** The rows of one that is committed. */
  List<CapturedEvent.Row> decided() {
    return rows;
  }

  /**
   * The rows of one that is only prepared: none.
   *
   * @throws HaltException if there are some
   */
  List<CapturedEvent.Row> prepared() {
    if (!rows.isEmpty()) {
      throw undecided("It was prepared, and may yet be rolled back.");
    }
    return List.of();
  }

  private HaltException undecided(String why) {
    CapturedEvent.Row first = rows.get(0);
    return new HaltException(
        "An outbox row of %s was written in the XA transaction %s. Its rows are in the binlog before it is decided whether they count. %s"
            .formatted(first.row().schema(), first.gtid(), why),
        "Append to the outbox in ordinary transactions, or end XA transactions with COMMIT ONE PHASE. To go on behind this"
            + " one, set the position to include it (relay position set), then resume; if it was committed, its events can"
            + " be replayed.");
  }
}
