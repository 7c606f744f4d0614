package dev.outrail.bench.measure;

import java.util.Arrays;

/**
 * Counts what a reader saw of numbered events. Not thread-safe.
 *
 * <p>An event is out of order if one of its key with a larger number was seen before it was seen
 * for the first time.
 */
final class Correctness {

  private long[] firstSeen = new long[1 << 16];
  private long[] lastOfKey = new long[1 << 10];
  private long distinct;
  private long duplicates;
  private long reordered;

  Correctness() {
    Arrays.fill(lastOfKey, -1);
  }

  /**
   * @param at when it was seen; not 0
   */
  void saw(long seq, long key, long at) {
    int index = Math.toIntExact(seq);
    if (index >= firstSeen.length) {
      firstSeen = Arrays.copyOf(firstSeen, Math.max(index + 1, 2 * firstSeen.length));
    }
    if (firstSeen[index] != 0) {
      duplicates++;
      return;
    }
    firstSeen[index] = at;
    distinct++;
    int keyIndex = Math.toIntExact(key);
    if (keyIndex >= lastOfKey.length) {
      int before = lastOfKey.length;
      lastOfKey = Arrays.copyOf(lastOfKey, Math.max(keyIndex + 1, 2 * before));
      Arrays.fill(lastOfKey, before, lastOfKey.length, -1);
    }
    if (seq < lastOfKey[keyIndex]) {
      reordered++;
    } else {
      lastOfKey[keyIndex] = seq;
    }
  }

  /** When the event was first seen; 0 if it was not. */
  long firstSeen(long seq) {
    return seq < firstSeen.length ? firstSeen[(int) seq] : 0;
  }

  long distinct() {
    return distinct;
  }

  long duplicates() {
    return duplicates;
  }

  long reordered() {
    return reordered;
  }
}
