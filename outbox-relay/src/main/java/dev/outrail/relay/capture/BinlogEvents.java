package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.FormatDescriptionEventData;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import io.debezium.config.CommonConnectorConfig.EventProcessingFailureHandlingMode;
import io.debezium.connector.binlog.event.RowDeserializers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes what the relay looks at and steps over the rest: rows of other tables, and rows that were
 * deleted. These come without content. The same inside compressed transactions, which are
 * decompressed piece by piece as they arrive: their events go to somebody of their own, before the
 * compressed one is returned. Nothing that is stepped over is in memory as a whole.
 *
 * <p>For the binlog thread.
 */
final class BinlogEvents extends EventDeserializer {

  /** What an event has that was stepped over. */
  static final EventData SKIPPED = new EventData() {};

  /** What the statement has that begins a transaction. */
  static final EventData BEGUN = new EventData() {};

  private static final int HEADER = 19;
  private static final int TYPE_AT = 4;
  private static final int LENGTH_AT = 9;
  private static final int TABLE_NUMBER = 6;

  // A statement: thread and time, the length of the database's name, an error, the length of the
  // status; then the status, the name, a zero, and the text
  private static final int QUERY_DATABASE_AT = HEADER + 8;
  private static final int QUERY_STATUS_LENGTH_AT = HEADER + 11;
  private static final int QUERY_FIXED = 13;

  /** LOAD DATA as a statement has as much more. */
  private static final int LOAD_FIXED = QUERY_FIXED + 13;

  private static final byte[] BEGIN = "BEGIN".getBytes(StandardCharsets.US_ASCII);

  /** Larger statements move rows of other tables, where a session's binlog_format is not ROW. */
  private static final int STATEMENT_AT_MOST = 1024 * 1024;

  /** Larger ones are decoded as they arrive, so that they are in memory once. */
  private static final int COPIED_AT_MOST = 64 * 1024;

  private final TableMaps tables;
  private final @Nullable Consumer<Event> inside;
  private final byte[] stepped = new byte[8 * 1024];
  private int checksum;
  private @Nullable BinlogEvents inner;

  /**
   * @param isRead of database and table: whether inserted rows are read
   * @param inside takes the events inside of compressed transactions; null if they are stepped over
   */
  BinlogEvents(BiPredicate<String, String> isRead, @Nullable Consumer<Event> inside) {
    this(new TableMaps(isRead), inside);
  }

  private BinlogEvents(TableMaps tables, @Nullable Consumer<Event> inside) {
    this.tables = tables;
    this.inside = inside;
    setEventDataDeserializer(EventType.WRITE_ROWS, rows());
    setEventDataDeserializer(EventType.EXT_WRITE_ROWS, rows().setMayContainExtraInformation(true));
    setEventDataDeserializer(EventType.UPDATE_ROWS, updates());
    setEventDataDeserializer(
        EventType.EXT_UPDATE_ROWS, updates().setMayContainExtraInformation(true));
    setEventDataDeserializer(
        EventType.PARTIAL_UPDATE_ROWS_EVENT, new PartialUpdates(tables.forDecoders()));
  }

  private RowDeserializers.WriteRowsDeserializer rows() {
    return new RowDeserializers.WriteRowsDeserializer(
        tables.forDecoders(), EventProcessingFailureHandlingMode.FAIL);
  }

  private RowDeserializers.UpdateRowsDeserializer updates() {
    return new RowDeserializers.UpdateRowsDeserializer(
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
      case WRITE_ROWS, EXT_WRITE_ROWS, UPDATE_ROWS, EXT_UPDATE_ROWS, PARTIAL_UPDATE_ROWS_EVENT ->
          rows(head, in, length);
      case PRE_GA_WRITE_ROWS,
          PRE_GA_UPDATE_ROWS,
          PRE_GA_DELETE_ROWS,
          DELETE_ROWS,
          EXT_DELETE_ROWS,
          ROWS_QUERY,
          XID ->
          skipped(head, in, length - HEADER);
      case QUERY -> query(head, in, length);
      case EXECUTE_LOAD_QUERY -> load(head, in, length);
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

  private Event rows(byte[] head, ByteArrayInputStream in, int length) throws IOException {
    byte[] first = in.read(TABLE_NUMBER);
    long number = TableMaps.number(first);
    if (tables.areRead(number)) {
      return decoded(joined(head, first), in, length);
    }
    Event skipped = skipped(head, in, length - HEADER - TABLE_NUMBER);
    tables.requireNamed(number);
    return skipped;
  }

  /** Of a long statement only the first part is kept: a table's definition is never that long. */
  private Event query(byte[] head, ByteArrayInputStream in, int all) throws IOException {
    int length = Math.min(all, STATEMENT_AT_MOST);
    byte[] whole = whole(head, in, length);
    if (length < all) {
      skip(in, all - length);
    }
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

  /** A LOAD DATA as a statement, of which the library knows nothing. */
  private Event load(byte[] head, ByteArrayInputStream in, int length) throws IOException {
    byte[] whole = whole(head, in, length);
    int database = HEADER + LOAD_FIXED + little(whole, QUERY_STATUS_LENGTH_AT, 2);
    int sql = database + little(whole, QUERY_DATABASE_AT, 1) + 1;
    QueryEventData data = new QueryEventData();
    data.setDatabase(new String(whole, database, sql - 1 - database, StandardCharsets.UTF_8));
    data.setSql(new String(whole, sql, length - checksum - sql, StandardCharsets.UTF_8));
    return new Event(header(head), data);
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

  /** Its events are taken one after the other, those that are stepped over, too. */
  private Event transaction(byte[] head, ByteArrayInputStream in, int length) throws IOException {
    Consumer<Event> taker = inside;
    if (taker == null) {
      return skipped(head, in, length - HEADER);
    }
    BinlogEvents decoder = inner;
    if (decoder == null) {
      decoder = new BinlogEvents(tables, taker); // nothing in there has a checksum of its own
      inner = decoder;
    }
    Part body = new Part(in, length - HEADER - checksum);
    try (InputStream plain = CompressedTransaction.open(body)) {
      ByteArrayInputStream events = new ByteArrayInputStream(plain);
      for (Event event = decoder.nextEvent(events);
          event != null;
          event = decoder.nextEvent(events)) {
        taker.accept(event);
      }
    }
    return skipped(head, in, body.left + checksum);
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

  /** So many bytes of a stream, which stays open. */
  private static final class Part extends InputStream {

    private final InputStream whole;
    private int left;

    Part(InputStream whole, int length) {
      this.whole = whole;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      if (left == 0) {
        return -1;
      }
      left--;
      return whole.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0 && length > 0) {
        return -1;
      }
      int count = whole.read(into, offset, Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }
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
