package dev.outrail.relay.purge;

import dev.outrail.relay.capture.TableName;
import java.time.Instant;

/** Is told what the purge does. Called on the purge's thread only. */
public interface PurgeListener {

  /** This many rows have just been deleted, and the deletion is committed. */
  void rowsDeleted(long rows);

  /** A partition with all its rows has just been dropped. */
  void partitionDropped();

  /**
   * So many rows of a table are past retention and stay because the relay may never have read them.
   *
   * @param rows counted up to {@link Purge#HELD_BACK_COUNTED}
   * @param readSince the table's coverage
   */
  void heldBack(TableName table, long rows, Instant readSince);

  /** A table could not be purged this time; the next pass tries again. */
  void purgeFailed();

  /** A pass over all tables ended without a failure, whether or not there was anything to do. */
  void purgePassed();
}
