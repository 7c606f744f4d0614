package dev.outrail.relay.purge;

/** Is told what the purge does. Called on the purge's thread only. */
public interface PurgeListener {

  /** This many rows have just been deleted, and the deletion is committed. */
  void rowsDeleted(long rows);

  /** A partition with all its rows has just been dropped. */
  void partitionDropped();

  /** A table could not be purged this time; the next pass tries again. */
  void purgeFailed();

  /** A pass over all tables ended without a failure, whether or not there was anything to do. */
  void purgePassed();
}
