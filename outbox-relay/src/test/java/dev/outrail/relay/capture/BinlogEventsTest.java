package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import dev.outrail.relay.problem.HaltException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Events as bytes, as a server writes them; no checksums. */
class BinlogEventsTest {

  private static final int STATEMENT = 2;
  private static final int TABLE_MAP = 19;
  private static final int XID = 16;
  private static final int INSERT = 30;
  private static final int UPDATE = 31;
  private static final int DELETE = 32;
  private static final int PARTIAL_UPDATE = 39;
  private static final int PAYLOAD = 40;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Event> inside = new ArrayList<>();
  private final BinlogEvents events =
      new BinlogEvents(
          (database, table) -> database.equals("pay") && table.equals("outbox"), inside::add);

  @Test
  void rowsOfOtherTablesAreSteppedOver() throws Exception {
    table(7, "pay", "ledger");
    row(INSERT, 7, "a row that nobody reads");
    table(8, "pay", "outbox");
    row(INSERT, 8, "event");
    row(INSERT, 7, "another");
    end();

    List<Event> read = read(bytes.toByteArray());

    assertThat(read).extracting(BinlogEventsTest::type).endsWith(EventType.XID).hasSize(6);
    assertThat(rows(read)).containsExactly("event");
    assertThat(read.get(0).<EventData>getData()).isSameAs(BinlogEvents.SKIPPED);
  }

  @Test
  void deletedRowsAreSteppedOver() throws Exception {
    table(8, "pay", "outbox");
    row(DELETE, 8, "purged");
    row(INSERT, 8, "event");
    end();

    assertThat(rows(read(bytes.toByteArray()))).containsExactly("event");
  }

  @Test
  void onlyUpdatedRowsOfOutboxTablesAreRead() throws Exception {
    table(7, "pay", "ledger");
    row(UPDATE, 7, "not these");
    table(8, "pay", "outbox");
    row(UPDATE, 8, "same", "same", "old id", "new id", "a", "a");
    end();

    List<Event> read = read(bytes.toByteArray());

    assertThat(read.get(1).<EventData>getData()).isSameAs(BinlogEvents.SKIPPED);
    assertThat(IdChanges.in(read.get(3).getData(), 0, "pay.outbox"))
        .extracting(cells -> new String((byte[]) cells[0], StandardCharsets.UTF_8))
        .containsExactly("new id");
  }

  /** Where it was updated with another binlog_row_image than FULL. */
  @Test
  void anUpdateThatDoesNotTellTheFormerIdIsNotGuessedAt() {
    UpdateRowsEventData update = new UpdateRowsEventData();
    update.setIncludedColumnsBeforeUpdate(BitSet.valueOf(new long[] {0b100}));
    update.setIncludedColumns(BitSet.valueOf(new long[] {0b011}));
    update.setRows(List.of(Map.entry(new Serializable[] {7}, new Serializable[] {"x", "id"})));

    assertThat(IdChanges.in(update, 2, "pay.outbox"))
        .as("the id is none of the set ones")
        .isEmpty();
    assertThatThrownBy(() -> IdChanges.in(update, 1, "pay.outbox"))
        .isInstanceOf(HaltException.class)
        .hasMessageContaining("binlog_row_image");
  }

  @Test
  void anUpdateThatHoldsADifferenceOnlyIsNoEventAndMakesNone() throws Exception {
    table(8, "pay", "outbox", 245, little(4, 1));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(little(8, 6));
    body.write(little(0, 2));
    body.write(little(2, 2));
    body.write(new byte[] {1, 1, 1}); // one column, there before and after
    body.write(new byte[] {0, 1, 0, 0, 0, 'a'});
    body.write(new byte[] {1, 1}); // with differences, in the first JSON column
    body.write(new byte[] {0, 2, 0, 0, 0, 'd', 'd'});
    body.write(new byte[] {0, 1, 0, 0, 0, 'b'});
    body.write(new byte[] {1, 1, 0, 0, 0, 0, 0}); // with no difference
    event(PARTIAL_UPDATE, body.toByteArray());
    end();

    List<Event> read = read(bytes.toByteArray());

    assertThat(type(read.get(2))).as("the whole of it is read").isEqualTo(EventType.XID);
    PartialUpdates.Data update = read.get(1).getData();
    assertThat(update.getRows().get(1).getValue()[0]).isEqualTo(new byte[] {'b'});
    assertThat(update.isIncomplete(0)).isTrue();
    assertThat(update.isIncomplete(1)).isFalse();
    assertThatThrownBy(() -> IdChanges.in(update, 0, "pay.outbox"))
        .isInstanceOf(HaltException.class)
        .hasMessageContaining("binlog_row_value_options");
  }

  @Test
  void ofALongStatementTheBeginIsRead() throws Exception {
    statement("pay", "INSERT INTO ledger VALUES ('" + "x".repeat(3_000_000) + "')");
    statement("pay", "BEGIN");
    end();

    List<Event> read = read(bytes.toByteArray());

    QueryEventData insert = read.get(0).getData();
    assertThat(insert.getDatabase()).isEqualTo("pay");
    assertThat(insert.getSql())
        .startsWith("INSERT INTO ledger VALUES ('xxx")
        .hasSizeLessThan(1 << 20);
    assertThat(read.get(1).<EventData>getData()).isSameAs(BinlogEvents.BEGUN);
    assertThat(type(read.get(2))).isEqualTo(EventType.XID);
  }

  @Test
  void aNumberMayComeToMeanAnotherTable() throws Exception {
    table(8, "pay", "outbox");
    row(INSERT, 8, "first");
    table(8, "pay", "ledger");
    row(INSERT, 8, "not this one");
    table(8, "pay", "outbox");
    row(INSERT, 8, "second");

    assertThat(rows(read(bytes.toByteArray()))).containsExactly("first", "second");
  }

  @Test
  void largeRowsAreRead() throws Exception {
    String large = "x".repeat(60_000);
    table(7, "pay", "ledger");
    table(8, "pay", "outbox");
    row(INSERT, 7, large, large, large);
    row(INSERT, 8, large, large, "small");
    row(INSERT, 8, "next");
    end();

    List<Event> read = read(bytes.toByteArray());

    assertThat(rows(read)).containsExactly(large, large, "small", "next");
    assertThat(type(read.get(read.size() - 1))).isEqualTo(EventType.XID);
  }

  @Test
  void rowsOfOtherTablesInsideACompressedTransactionAreSteppedOver() throws Exception {
    table(7, "pay", "ledger");
    row(INSERT, 7, "x".repeat(50_000), "a row that nobody reads");
    table(8, "pay", "outbox");
    row(INSERT, 8, "event");
    row(INSERT, 7, "another");
    row(INSERT, 8, "x".repeat(50_000), "y".repeat(50_000));
    end();
    byte[] transaction = bytes.toByteArray();
    bytes.reset();
    compressed(transaction);
    row(INSERT, 8, "behind it");

    List<Event> read = read(bytes.toByteArray());

    assertThat(rows(read))
        .as("its table maps hold behind it, too")
        .containsExactly("event", "x".repeat(50_000), "y".repeat(50_000), "behind it");
    assertThat(read).extracting(BinlogEventsTest::type).contains(EventType.XID).hasSize(8);
  }

  @Test
  void aDamagedCompressedTransactionIsNotTakenForAShortOne() throws Exception {
    table(8, "pay", "outbox");
    row(INSERT, 8, "event");
    byte[] packed = Zstd.compress(bytes.toByteArray());
    bytes.reset();
    payload(java.util.Arrays.copyOf(packed, packed.length - 3), 100);

    assertThatThrownBy(() -> read(bytes.toByteArray())).isInstanceOf(IOException.class);
  }

  @Test
  void theBeginOfATransactionIsToldFromOtherStatements() throws Exception {
    statement("pay", "BEGIN");
    statement("", "BEGIN");
    statement("ä".repeat(80), "BEGIN");
    statement("pay", "ALTER TABLE outbox ADD COLUMN a INT");
    statement("pay", "XBEGIN");
    end();

    List<Event> read = read(bytes.toByteArray());

    assertThat(read.subList(0, 3))
        .allSatisfy(event -> assertThat(event.<EventData>getData()).isSameAs(BinlogEvents.BEGUN));
    assertThat(read.get(3).<QueryEventData>getData().getSql()).startsWith("ALTER TABLE");
    assertThat(read.get(4).<QueryEventData>getData().getSql()).isEqualTo("XBEGIN");
    assertThat(type(read.get(5))).isEqualTo(EventType.XID);
  }

  @Test
  void eventsOfAnUnknownTypeAreSteppedOver() throws Exception {
    table(8, "pay", "outbox");
    event(99, new byte[] {1, 2, 3});
    row(INSERT, 8, "event");

    List<Event> read = read(bytes.toByteArray());

    assertThat(type(read.get(1))).isEqualTo(EventType.UNKNOWN);
    assertThat(rows(read)).containsExactly("event");
  }

  @Test
  void rowsOfATableThatWasNotNamedAreAFailure() throws Exception {
    row(INSERT, 9, "whose?");

    assertThatThrownBy(() -> read(bytes.toByteArray())).isInstanceOf(HaltException.class);
  }

  private List<Event> read(byte[] all) throws IOException, InterruptedException {
    ByteArrayInputStream in = new ByteArrayInputStream(all);
    List<Event> read = new ArrayList<>();
    for (Event event = events.nextEvent(in); event != null; event = events.nextEvent(in)) {
      read.addAll(inside);
      inside.clear();
      if (type(event) != EventType.TRANSACTION_PAYLOAD) {
        read.add(event);
      }
    }
    return read;
  }

  private static List<String> rows(List<Event> read) {
    return read.stream()
        .filter(event -> event.getData() instanceof WriteRowsEventData)
        .flatMap(event -> event.<WriteRowsEventData>getData().getRows().stream())
        .map(cells -> new String((byte[]) cells[0], StandardCharsets.UTF_8))
        .toList();
  }

  private static EventType type(Event event) {
    return event.getHeader().getEventType();
  }

  private void table(int number, String database, String name) throws IOException {
    table(number, database, name, 15, little(65_000, 2)); // VARCHAR
  }

  private void table(int number, String database, String name, int type, byte[] metadata)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(little(number, 6));
    body.write(little(1, 2));
    body.write(database.length());
    body.write(database.getBytes(StandardCharsets.UTF_8));
    body.write(0);
    body.write(name.length());
    body.write(name.getBytes(StandardCharsets.UTF_8));
    body.write(0);
    body.write(1); // columns
    body.write(type);
    body.write(metadata.length);
    body.write(metadata);
    body.write(0); // nullability
    event(TABLE_MAP, body.toByteArray());
  }

  private void row(int type, int number, String... cells) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(little(number, 6));
    body.write(little(0, 2));
    body.write(little(2, 2)); // no extra information
    body.write(1); // columns
    body.write(1); // all of them included
    if (type == UPDATE) {
      body.write(1); // before and after
    }
    for (String cell : cells) {
      byte[] text = cell.getBytes(StandardCharsets.UTF_8);
      body.write(0); // no NULL
      body.write(little(text.length, 2));
      body.write(text);
    }
    event(type, body.toByteArray());
  }

  private void end() throws Exception {
    event(XID, little(1, 8));
  }

  private void statement(String database, String sql) throws Exception {
    byte[] name = database.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(little(7, 4)); // thread
    body.write(little(0, 4)); // time
    body.write(name.length);
    body.write(little(0, 2)); // error
    body.write(little(3, 2)); // status
    body.write(new byte[] {1, 2, 3});
    body.write(name);
    body.write(0);
    body.write(sql.getBytes(StandardCharsets.UTF_8));
    event(STATEMENT, body.toByteArray());
  }

  private void compressed(byte[] transaction) throws IOException {
    payload(Zstd.compress(transaction), transaction.length);
  }

  private void payload(byte[] packed, int plain) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(new byte[] {2, 1, 0}); // ZSTD
    body.write(new byte[] {3, 4, (byte) 253});
    body.write(little(plain, 3));
    body.write(new byte[] {1, 4, (byte) 253});
    body.write(little(packed.length, 3));
    body.write(0);
    body.write(packed);
    event(PAYLOAD, body.toByteArray());
  }

  private void event(int type, byte[] body) throws IOException {
    bytes.write(little(1_700_000_000, 4));
    bytes.write(type);
    bytes.write(little(1, 4));
    bytes.write(little(19 + body.length, 4));
    bytes.write(little(0, 4));
    bytes.write(little(0, 2));
    bytes.write(body);
  }

  private static byte[] little(int value, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < Math.min(length, 4); i++) {
      bytes[i] = (byte) (value >>> (8 * i));
    }
    return bytes;
  }
}
