package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.FormatDescriptionEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import io.debezium.config.CommonConnectorConfig.EventProcessingFailureHandlingMode;
import io.debezium.connector.binlog.event.RowDeserializers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Decodes what the relay looks at and steps over the rest: rows of other tables, and rows that were
 * updated or deleted. These come without content. The same inside compressed transactions, which
 * are decompressed piece by piece.
 *
 * <p>For the binlog thread.
 */
final class BinlogEvents extends EventDeserializer {

  /** What an event has that was stepped over. */
  static final EventData SKIPPED = new EventData() {};

  /** What the statement has that begins a transaction. */
  static final EventData BEGUN = new EventData() {};

  /** What becomes of an event. */
  interface Taker {
    void take(Event event) throws InterruptedException;
  }

  /**
   * A compressed transaction. It has to be taken before the next event is decoded, and is
   * decompressed piece by piece while it is.
   */
  static final class Compressed implements EventData {

    private final transient byte[] body;
    private final transient BinlogEvents decoder;

    private Compressed(byte[] body, BinlogEvents decoder) {
      this.body = body;
      this.decoder = decoder;
    }

    /** Decodes its events one after the other, those that are stepped over, too. */
    void forEach(Taker taker) throws InterruptedException {
      try (InputStream plain = CompressedTransaction.open(body)) {
        ByteArrayInputStream from = new ByteArrayInputStream(plain);
        for (Event event = decoder.nextEvent(from);
            event != null;
            event = decoder.nextEvent(from)) {
          taker.take(event);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("A compressed transaction cannot be read", e);
      }
    }
  }

  private static final int HEADER = 19;
  private static final int TYPE_AT = 4;
  private static final int LENGTH_AT = 9;
  private static final int TABLE_NUMBER = 6;

  // A statement: thread and time, the length of the database's name, an error, the length of the
  // status; then the status, the name, a zero, and the text
  private static final int QUERY_DATABASE_AT = HEADER + 8;
  private static final int QUERY_STATUS_LENGTH_AT = HEADER + 11;
  private static final int QUERY_FIXED = 13;
  private static final byte[] BEGIN = "BEGIN".getBytes(StandardCharsets.US_ASCII);

  /** Larger ones are decoded as they arrive, so that they are in memory once. */
  private static final int COPIED_AT_MOST = 64 * 1024;

  private final TableMaps tables;
  private final byte[] stepped = new byte[8 * 1024];
  private int checksum;
  private @Nullable BinlogEvents inner;

  /**
   * @param isRead of database and table: whether inserted rows are read
   */
  BinlogEvents(BiPredicate<String, String> isRead) {
    this(new TableMaps(isRead));
  }

  private BinlogEvents(TableMaps tables) {
    this.tables = tables;
    setEventDataDeserializer(EventType.WRITE_ROWS, rows());
    setEventDataDeserializer(EventType.EXT_WRITE_ROWS, rows().setMayContainExtraInformation(true));
  }

  private RowDeserializers.WriteRowsDeserializer rows() {
    return new RowDeserializers.WriteRowsDeserializer(
        tables.forDecoders(), EventProcessingFailureHandlingMode.FAIL);
  }

  @Override
  public @Nullable Event nextEvent(ByteArrayInputStream in) throws IOException {
    if (in.peek() == -1) {
      return null;
    }
    byte[] head = in.read(HEADER);
    EventType type = EventType.byEventNumber(head[TYPE_AT] & 0xff);
    int length = length(head);
    if (type == null) {
      return skipped(head, in, length - HEADER);
    }
    return switch (type) {
      case TABLE_MAP -> tableMap(head, in, length);
      case WRITE_ROWS, EXT_WRITE_ROWS -> inserted(head, in, length);
      case PRE_GA_WRITE_ROWS,
          PRE_GA_UPDATE_ROWS,
          PRE_GA_DELETE_ROWS,
          UPDATE_ROWS,
          EXT_UPDATE_ROWS,
          DELETE_ROWS,
          EXT_DELETE_ROWS,
          PARTIAL_UPDATE_ROWS_EVENT,
          ROWS_QUERY,
          XID ->
          skipped(head, in, length - HEADER);
      case QUERY -> query(head, in, length);
      case TRANSACTION_PAYLOAD -> transaction(head, in, length);
      case ROTATE, FORMAT_DESCRIPTION -> {
        Event event = decoded(head, in, length);
        tables.forget();
        if (event.getData() instanceof FormatDescriptionEventData format) {
          checksum = format.getChecksumType().getLength();
        }
        yield event;
      }
      default -> decoded(head, in, length);
    };
  }

  private Event tableMap(byte[] head, ByteArrayInputStream in, int length) throws IOException {
    byte[] body = in.read(length - HEADER - checksum);
    skip(in, checksum);
    EventData data = tables.learn(body);
    return new Event(header(head), data == null ? SKIPPED : data);
  }

  private Event inserted(byte[] head, ByteArrayInputStream in, int length) throws IOException {
    byte[] first = in.read(TABLE_NUMBER);
    long number = TableMaps.number(first);
    if (tables.areRead(number)) {
      return decoded(joined(head, first), in, length);
    }
    Event skipped = skipped(head, in, length - HEADER - TABLE_NUMBER);
    tables.requireNamed(number);
    return skipped;
  }

  private Event query(byte[] head, ByteArrayInputStream in, int length) throws IOException {
    byte[] whole = whole(head, in, length);
    int sql =
        HEADER
            + QUERY_FIXED
            + little(whole, QUERY_STATUS_LENGTH_AT, 2)
            + little(whole, QUERY_DATABASE_AT, 1)
            + 1;
    int end = length - checksum;
    return end - sql == BEGIN.length && Arrays.equals(whole, sql, end, BEGIN, 0, BEGIN.length)
        ? new Event(header(head), BEGUN)
        : new Event(header(head), Statement.decode(whole, HEADER, end));
  }

  /** Lets the library decode it. */
  private Event decoded(byte[] begun, ByteArrayInputStream in, int length) throws IOException {
    Begun event =
        length <= COPIED_AT_MOST
            ? new Begun(whole(begun, in, length), InputStream.nullInputStream())
            : new Begun(begun, in);
    return super.nextEvent(new ByteArrayInputStream(event));
  }

  private static byte[] whole(byte[] begun, ByteArrayInputStream in, int length)
      throws IOException {
    byte[] whole = Arrays.copyOf(begun, length);
    in.fill(whole, begun.length, length - begun.length);
    return whole;
  }

  private Event skipped(byte[] head, ByteArrayInputStream in, int left) throws IOException {
    skip(in, left);
    return new Event(header(head), SKIPPED);
  }

  private Event transaction(byte[] head, ByteArrayInputStream in, int length) throws IOException {
    byte[] body = in.read(length - HEADER - checksum);
    skip(in, checksum);
    BinlogEvents decoder = inner;
    if (decoder == null) {
      decoder = new BinlogEvents(tables); // nothing in there has a checksum of its own
      inner = decoder;
    }
    return new Event(header(head), new Compressed(body, decoder));
  }

  private static EventHeaderV4 header(byte[] head) {
    EventHeaderV4 header = new EventHeaderV4();
    header.setTimestamp(Integer.toUnsignedLong(little(head, 0, 4)) * 1_000);
    EventType type = EventType.byEventNumber(head[TYPE_AT] & 0xff);
    header.setEventType(type == null ? EventType.UNKNOWN : type);
    header.setServerId(Integer.toUnsignedLong(little(head, 5, 4)));
    header.setEventLength(little(head, LENGTH_AT, 4));
    header.setNextPosition(Integer.toUnsignedLong(little(head, 13, 4)));
    header.setFlags(little(head, 17, 2));
    return header;
  }

  private void skip(ByteArrayInputStream in, int bytes) throws IOException {
    for (int left = bytes; left > 0; ) {
      int next = Math.min(left, stepped.length);
      in.fill(stepped, 0, next);
      left -= next;
    }
  }

  private static int length(byte[] head) throws IOException {
    int length = little(head, LENGTH_AT, 4);
    if (length < HEADER) {
      throw new IOException("An event of %d bytes".formatted(length & 0xffff_ffffL));
    }
    return length;
  }

  private static int little(byte[] bytes, int at, int count) {
    int value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[at + i] & 0xff);
    }
    return value;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** An event of which the first bytes have been read already. */
  private static final class Begun extends InputStream {

    private final byte[] read;
    private final InputStream rest;
    private int at;

    Begun(byte[] read, InputStream rest) {
      this.read = read;
      this.rest = rest;
    }

    @Override
    public int read() throws IOException {
      return at < read.length ? read[at++] & 0xff : rest.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (at == read.length || length == 0) {
        return rest.read(into, offset, length);
      }
      int count = Math.min(length, read.length - at);
      System.arraycopy(read, at, into, offset, count);
      at += count;
      return count;
    }
  }
}
