package dev.outrail.segmentid;

import org.jspecify.annotations.Nullable;

/** No number could be given: the buffers are empty and the table did not answer in time. */
public final class SegmentIdsExhaustedException extends RuntimeException {

  SegmentIdsExhaustedException(String tag, @Nullable Throwable cause) {
    super(
        ("no id for '%s': the segments in memory are used up and table leaf_alloc gave no new one;"
                + " see whether its database is reachable, or raise its step")
            .formatted(tag),
        cause);
  }
}
