package dev.outrail.bench.kit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * The payments, or the effects of payments, that were committed, in no particular order, with times
 * of {@link Micros}.
 *
 * <p>For one thread.
 */
public final class Written {

  private static final int FIELDS = 3;

  private long[] values = new long[FIELDS * 1_024];
  private int size;

  /**
   * @param due when the payment was to be made; with a closed loop, when it was begun; of an
   *     effect, when its event had arrived at the consumer
   * @param committed when its commit had returned
   */
  public void add(long seq, long due, long committed) {
    if (size * FIELDS == values.length) {
      values = Arrays.copyOf(values, 2 * values.length);
    }
    values[size * FIELDS] = seq;
    values[size * FIELDS + 1] = due;
    values[size * FIELDS + 2] = committed;
    size++;
  }

  void addAll(Written other) {
    for (int i = 0; i < other.size; i++) {
      add(other.seq(i), other.due(i), other.committed(i));
    }
  }

  public int size() {
    return size;
  }

  public long seq(int index) {
    return values[index * FIELDS];
  }

  public long due(int index) {
    return values[index * FIELDS + 1];
  }

  public long committed(int index) {
    return values[index * FIELDS + 2];
  }

  /** When the first was due or begun; 0 if there is none. */
  public long begun() {
    long begun = Long.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      begun = Math.min(begun, due(i));
    }
    return size == 0 ? 0 : begun;
  }

  /** When the last commit had returned; 0 if there is none. */
  public long ended() {
    long ended = 0;
    for (int i = 0; i < size; i++) {
      ended = Math.max(ended, committed(i));
    }
    return ended;
  }

  /** Writes what {@link #readFrom} reads. */
  public void writeTo(OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    for (int i = 0; i < size * FIELDS; i++) {
      data.writeLong(values[i]);
    }
    data.flush();
  }

  /** Reads what an agent answered. */
  public static Written readFrom(InputStream in) throws IOException {
    Written written = new Written();
    DataInputStream data = new DataInputStream(in);
    while (true) {
      long seq;
      try {
        seq = data.readLong();
      } catch (EOFException e) {
        return written;
      }
      written.add(seq, data.readLong(), data.readLong());
    }
  }
}
