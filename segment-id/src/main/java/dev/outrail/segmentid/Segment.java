package dev.outrail.segmentid;

/**
 * A run of numbers that belongs to one process alone.
 *
 * @param first the first number in it
 * @param last the last number in it
 */
record Segment(long first, long last) {

  Segment {
    if (first < 1 || last < first) {
      throw new IllegalArgumentException("not a segment: " + first + " to " + last);
    }
  }

  long size() {
    return last - first + 1;
  }
}
