package dev.outrail.relay.capture;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a MySQL server sends, buffered, and without the borders inside of what it sends in several
 * packets: these are 16 MiB − 1 long, each with a header of four bytes, and end with a shorter one.
 * The binlog client would first gather such an event in memory; here it is one packet, which says
 * that it is shorter than it is, so that the client decodes it as it comes. Events have a length of
 * their own.
 *
 * <p>For the binlog thread, but {@link #silentNanos()}, which any thread may ask.
 */
final class Packets extends InputStream {

  private static final int HEADER = 4;

  /** The length that says that another packet follows. */
  private static final int MAX_LENGTH = (1 << 24) - 1;

  /** The connection's own buffer is as large and is not used for more. */
  private static final int ROOM = 512 * 1024;

  private final InputStream connection;
  private final byte[] buffer = new byte[ROOM + HEADER];
  private volatile long lastByteAt = System.nanoTime();

  // In the buffer: what may be read, up to the end of a packet; and what has come
  private int at;
  private int readable;
  private int limit;

  /** What the last packet has beyond that. */
  private int left;

  private boolean continues;

  /**
   * @param connection at the begin of a packet
   */
  Packets(InputStream connection) {
    this.connection = connection;
  }

  /** How long nothing has come. */
  long silentNanos() {
    return System.nanoTime() - lastByteAt;
  }

  @Override
  public int read() throws IOException {
    return at < readable || more() ? buffer[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == readable && !more()) {
      return -1;
    }
    int count = Math.min(length, readable - at);
    System.arraycopy(buffer, at, into, offset, count);
    at += count;
    return count;
  }

  @Override
  public int available() {
    return readable - at;
  }

  /** False at the end, which may be between two packets only. */
  private boolean more() throws IOException {
    while (left == 0) {
      if (!next()) {
        return false;
      }
    }
    if (at == limit) {
      at = 0;
      limit = 0;
      if (!fill()) {
        throw new EOFException("The connection ended inside of a packet");
      }
    }
    readable = at;
    reach();
    while (left == 0 && !continues && limit - readable >= HEADER) {
      int length = lengthAt(readable);
      if (length == MAX_LENGTH) {
        break;
      }
      left = HEADER + length; // as it is: many small packets are read in one go
      reach();
    }
    return true;
  }

  private void reach() {
    int count = Math.min(left, limit - readable);
    readable += count;
    left -= count;
  }

  private int lengthAt(int header) {
    return (buffer[header] & 0xff)
        | (buffer[header + 1] & 0xff) << 8
        | (buffer[header + 2] & 0xff) << 16;
  }

  /** Begins the next packet; the header of one that continues another is left out. */
  private boolean next() throws IOException {
    boolean inside = continues;
    if (limit - at < HEADER) {
      System.arraycopy(buffer, at, buffer, 0, limit - at);
      limit -= at;
      at = 0;
      readable = 0;
      while (limit < HEADER) {
        if (!fill()) {
          if (limit == 0 && !inside) {
            return false;
          }
          throw new EOFException("The connection ended inside of a packet");
        }
      }
    }
    int length = lengthAt(at);
    continues = length == MAX_LENGTH;
    if (inside) {
      at += HEADER;
      readable = at;
      left = length;
    } else {
      if (continues) {
        buffer[at] = (byte) (MAX_LENGTH - 1);
      }
      left = HEADER + length;
    }
    return true;
  }

  private boolean fill() throws IOException {
    int count = connection.read(buffer, limit, buffer.length - limit);
    if (count <= 0) {
      return false;
    }
    limit += count;
    lastByteAt = System.nanoTime();
    return true;
  }
}
