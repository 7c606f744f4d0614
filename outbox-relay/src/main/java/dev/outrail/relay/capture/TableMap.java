package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.ColumnType;
import com.github.shyiko.mysql.binlog.event.deserialization.TableMapEventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import dev.outrail.relay.capture.MappedColumn.Kind;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the server says of a table before its rows, with all that it adds about the columns: signs
 * and collations, with {@code binlog_row_metadata=FULL} also names and labels. Additions that are
 * not known are left out. Names and labels come in the character sets that the server wrote them
 * in, which the binlog client does not look at.
 */
final class TableMap extends TableMapEventData {

  private static final int SIGNS = 1;
  private static final int COLLATION_AND_EXCEPTIONS = 2;
  private static final int COLLATIONS = 3;
  private static final int NAMES = 4;
  private static final int SET_LABELS = 5;
  private static final int ENUM_LABELS = 6;
  private static final int LABELS_COLLATION_AND_EXCEPTIONS = 10;
  private static final int LABELS_COLLATIONS = 11;

  private static final TableMapEventDataDeserializer DECODER = new TableMapEventDataDeserializer();

  private final transient List<MappedColumn> columns;

  private TableMap(List<MappedColumn> columns) {
    this.columns = columns;
  }

  /**
   * Decodes an event.
   *
   * @param body of the event, without its header and checksum
   */
  static TableMap decode(byte[] body) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(body);
    in.read(8);
    String database = text(in);
    in.read(1);
    String table = text(in);
    in.read(1);
    int count = in.readPackedInteger();
    in.read(count);
    in.read(in.readPackedInteger());
    in.read((count + 7) / 8);
    byte[] additions = in.read(in.available());
    TableMapEventData plain =
        DECODER.deserialize(
            new ByteArrayInputStream(Arrays.copyOf(body, body.length - additions.length)));

    TableMap map = new TableMap(columns(plain, additions));
    map.setTableId(plain.getTableId());
    map.setDatabase(database);
    map.setTable(table);
    map.setColumnTypes(plain.getColumnTypes());
    map.setColumnMetadata(plain.getColumnMetadata());
    map.setColumnNullability(plain.getColumnNullability());
    return map;
  }

  /** In the order of the cells of a row. */
  List<MappedColumn> columns() {
    return columns;
  }

  /** Whether the columns' names are known from here. */
  boolean hasNames() {
    return columns.get(0).name() != null;
  }

  private static List<MappedColumn> columns(TableMapEventData plain, byte[] additions)
      throws IOException {
    List<MappedColumn> bare = new ArrayList<>();
    byte[] types = plain.getColumnTypes();
    for (int i = 0; i < types.length; i++) {
      bare.add(bare(types[i] & 0xff, plain.getColumnMetadata()[i]));
    }
    Map<Integer, byte[]> fields = fields(additions);
    BitSet signs = new BitSet();
    byte[] signBytes = fields.getOrDefault(SIGNS, new byte[0]);
    for (int i = 0; i < signBytes.length * 8; i++) {
      signs.set(i, (signBytes[i / 8] & (0x80 >> (i % 8))) != 0);
    }
    Iterator<@Nullable Integer> collations =
        collations(
            fields.get(COLLATION_AND_EXCEPTIONS),
            fields.get(COLLATIONS),
            count(bare, Kind::hasCollation));
    Iterator<@Nullable Integer> ofLabels =
        collations(
            fields.get(LABELS_COLLATION_AND_EXCEPTIONS),
            fields.get(LABELS_COLLATIONS),
            count(bare, Kind::hasLabels));
    ByteArrayInputStream names = in(fields.get(NAMES));
    ByteArrayInputStream enums = in(fields.get(ENUM_LABELS));
    ByteArrayInputStream sets = in(fields.get(SET_LABELS));

    List<MappedColumn> told = new ArrayList<>();
    int numbers = 0;
    for (MappedColumn column : bare) {
      Kind kind = column.kind();
      boolean unsigned = kind.isNumber() && signs.get(numbers++);
      Integer collation =
          kind.hasCollation() ? collations.next() : kind.hasLabels() ? ofLabels.next() : null;
      told.add(
          new MappedColumn(
              kind,
              column.size(),
              unsigned,
              plain.getColumnNullability().get(told.size()),
              collation,
              names == null ? null : packed(names, StandardCharsets.UTF_8),
              kind.hasLabels() ? labels(kind == Kind.ENUM ? enums : sets, collation) : null));
    }
    return List.copyOf(told);
  }

  private static MappedColumn bare(int code, int size) throws IOException {
    ColumnType type = ColumnType.byCode(code);
    if (type == null) {
      throw new IOException("A column of the unknown type " + code);
    }
    if (type == ColumnType.STRING) {
      return string(size);
    }
    Kind kind =
        switch (type) {
          case TINY -> Kind.TINYINT;
          case SHORT -> Kind.SMALLINT;
          case INT24 -> Kind.MEDIUMINT;
          case LONG -> Kind.INT;
          case LONGLONG -> Kind.BIGINT;
          case FLOAT -> Kind.FLOAT;
          case DOUBLE -> Kind.DOUBLE;
          case DECIMAL, NEWDECIMAL -> Kind.DECIMAL;
          case YEAR -> Kind.YEAR;
          case BIT -> Kind.BIT;
          case DATE, NEWDATE -> Kind.DATE;
          case TIME, TIME_V2 -> Kind.TIME;
          case DATETIME, DATETIME_V2 -> Kind.DATETIME;
          case TIMESTAMP, TIMESTAMP_V2 -> Kind.TIMESTAMP;
          case VARCHAR, VAR_STRING -> Kind.VARCHAR;
          case TINY_BLOB, MEDIUM_BLOB, LONG_BLOB, BLOB -> Kind.TEXT;
          case JSON -> Kind.JSON;
          case GEOMETRY -> Kind.GEOMETRY;
          case VECTOR -> Kind.VECTOR;
          default -> throw new IOException("A column of the type " + type);
        };
    return bare(kind, size);
  }

  /** ENUM and SET come as strings; and two bits of a length above 255 are hidden in the type. */
  private static MappedColumn string(int size) {
    int high = size >> 8;
    int low = size & 0xff;
    if (high == ColumnType.ENUM.getCode()) {
      return bare(Kind.ENUM, low);
    }
    if (high == ColumnType.SET.getCode()) {
      return bare(Kind.SET, low);
    }
    return bare(Kind.CHAR, high == 0 ? low : low | (((high & 0x30) ^ 0x30) << 4));
  }

  private static MappedColumn bare(Kind kind, int size) {
    return new MappedColumn(kind, size, false, true, null, null, null);
  }

  private static Map<Integer, byte[]> fields(byte[] additions) throws IOException {
    Map<Integer, byte[]> fields = new HashMap<>();
    ByteArrayInputStream in = new ByteArrayInputStream(additions);
    while (in.available() > 0) {
      int code = in.readInteger(1);
      fields.put(code, in.read(in.readPackedInteger()));
    }
    return fields;
  }

  /** One for each column that has one, in order; null for all if the server says nothing. */
  private static Iterator<@Nullable Integer> collations(
      byte @Nullable [] withExceptions, byte @Nullable [] each, int count) throws IOException {
    List<@Nullable Integer> all = new ArrayList<>();
    if (each != null) {
      for (ByteArrayInputStream in = new ByteArrayInputStream(each); in.available() > 0; ) {
        all.add(in.readPackedInteger());
      }
    } else {
      ByteArrayInputStream in = in(withExceptions);
      Integer usual = in == null ? null : Integer.valueOf(in.readPackedInteger());
      for (int i = 0; i < count; i++) {
        all.add(usual);
      }
      while (in != null && in.available() > 0) {
        int index = in.readPackedInteger();
        all.set(index, in.readPackedInteger());
      }
    }
    if (all.size() != count) {
      throw new IOException(
          "A table with %d collations for %d columns of text".formatted(all.size(), count));
    }
    return all.iterator();
  }

  private static @Nullable List<String> labels(
      @Nullable ByteArrayInputStream in, @Nullable Integer collation) throws IOException {
    if (in == null) {
      return null;
    }
    Charset charset = collation == null ? StandardCharsets.UTF_8 : Collations.java(collation);
    List<String> labels = new ArrayList<>();
    for (int left = in.readPackedInteger(); left > 0; left--) {
      labels.add(packed(in, charset));
    }
    return List.copyOf(labels);
  }

  private static int count(List<MappedColumn> columns, Predicate<Kind> which) {
    return (int) columns.stream().map(MappedColumn::kind).filter(which).count();
  }

  private static @Nullable ByteArrayInputStream in(byte @Nullable [] bytes) {
    return bytes == null ? null : new ByteArrayInputStream(bytes);
  }

  private static String packed(ByteArrayInputStream in, Charset charset) throws IOException {
    return new String(in.read(in.readPackedInteger()), charset);
  }

  /** Of a name that is at most 255 bytes long. A zero follows. */
  private static String text(ByteArrayInputStream in) throws IOException {
    return new String(in.read(in.readInteger(1)), StandardCharsets.UTF_8);
  }
}
