package dev.outrail.segmentid;

/** Where segments come from. Each one is given out once in all, to one caller. */
interface SegmentSource {

  /**
   * Takes the next segment.
   *
   * @throws org.springframework.dao.DataAccessException if the table cannot be reached in time
   * @throws IllegalStateException if the table has no row for the tag
   */
  Segment next();
}
