package dev.outrail.relay.capture;

import dev.outrail.relay.problem.Problem;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a server says that cannot sort: no room for its temporary files, or no time. */
public final class Sorting {

  /**
   * EE_WRITE, ER_DISK_FULL, ER_ERROR_ON_WRITE, ER_OUT_OF_SORTMEMORY, ER_TOO_BIG_SELECT,
   * ER_RECORD_FILE_FULL, ER_QUERY_TIMEOUT.
   */
  private static final Set<Integer> CODES = Set.of(3, 1021, 1026, 1038, 1104, 1114, 3024);

  private Sorting() {}

  /** The problem, if that is why the query failed; trying again would only fill the disk again. */
  public static @Nullable Problem problem(SQLException failure, TableName table) {
    return CODES.contains(failure.getErrorCode())
        ? new Problem(
            "MySQL cannot bring the rows of %s into their order (error %d: %s)."
                .formatted(table, failure.getErrorCode(), failure.getMessage()),
            ("CREATE INDEX idx_created_at ON %s (created_at); then nothing has to be sorted. Or give the server room for"
                    + " its temporary files (tmpdir).")
                .formatted(table.quoted()))
        : null;
  }
}
