package dev.outrail.relay.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrail.relay.problem.HaltException;
import io.debezium.document.Array;
import io.debezium.document.ArrayReader;
import io.debezium.document.ArrayWriter;
import io.debezium.relational.Table;
import io.debezium.relational.history.JsonTableChangeSerializer;
import io.debezium.relational.history.TableChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The shapes (columns, types, character sets) of the outbox tables at one point of the binlog. What
 * the binlog says about a row can only be read with the shape that its table had there. Immutable;
 * equal if {@link #json()} is.
 *
 * <p>Version 1; a reader ignores fields that it does not know and refuses a version that it does
 * not know. {@code followed} lists the outbox tables, {@code tables} their shapes in the notation
 * of Debezium's table changes: one fewer while an outbox table is dropped, more while one stands
 * under another name.
 *
 * <pre>{@code
 * {"version":1,"followed":["pay.outbox"],"databases":{"pay":"utf8mb4"},"tables":[…],
 *  "readAt":"<GTID set>"}
 * }</pre>
 *
 * {@code readAt} is there while the shapes are those that the server had <em>after</em> these
 * transactions, which may be behind the position: see {@link ShapeHistory}.
 */
public final class TableShapes {

  static final int VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> followed;
  private final Map<String, String> charsets;
  private final List<Table> tables;
  private final @Nullable String readAt;
  private final String json;

  TableShapes(
      Collection<TableName> followed,
      Map<String, String> charsets,
      Collection<Table> tables,
      @Nullable String readAt) {
    this(
        followed.stream().map(TableName::toString).sorted().toList(),
        new TreeMap<>(charsets),
        tables.stream().sorted(Comparator.comparing(table -> table.id().toString())).toList(),
        readAt);
  }

  private TableShapes(
      List<String> followed,
      Map<String, String> charsets,
      List<Table> tables,
      @Nullable String readAt) {
    this.followed = followed;
    this.charsets = charsets;
    this.tables = tables;
    this.readAt = readAt;
    this.json = write();
  }

  /**
   * Reads what {@link #json()} gave.
   *
   * @throws HaltException if it is of another version, or no shapes at all
   */
  public static TableShapes parse(String json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw unreadable(json, e);
    }
    int version = root.path("version").asInt(-1);
    if (version != VERSION) {
      throw HaltException.ofThisProcess(
          "The record of the outbox tables' shapes has version %d; this release reads version %d."
              .formatted(version, VERSION),
          "Use the release that wrote it, or a newer one.",
          null);
    }
    try {
      List<String> followed = new ArrayList<>();
      root.withArray("followed").forEach(name -> followed.add(name.asText()));
      Map<String, String> charsets = new TreeMap<>();
      root.path("databases")
          .properties()
          .forEach(database -> charsets.put(database.getKey(), database.getValue().asText()));
      Array array = ArrayReader.defaultReader().readArray(root.withArray("tables").toString());
      List<Table> tables = new ArrayList<>();
      new JsonTableChangeSerializer()
          .deserialize(array, true)
          .forEach(change -> tables.add(change.getTable()));
      if (followed.isEmpty()) {
        throw unreadable(json, null);
      }
      JsonNode readAt = root.path("readAt");
      return new TableShapes(
          followed, charsets, tables, readAt.isTextual() ? readAt.asText() : null);
    } catch (IOException | RuntimeException e) {
      throw e instanceof HaltException halt ? halt : unreadable(json, e);
    }
  }

  /** The form in which the shapes are stored. */
  public String json() {
    return json;
  }

  /** By database, which character set a table gets there that names none. */
  Map<String, String> charsets() {
    return charsets;
  }

  List<Table> tables() {
    return tables;
  }

  /** See the class; null if the shapes are exactly those at the position. */
  @Nullable String readAt() {
    return readAt;
  }

  /** Whether all of these tables are followed, and no others. */
  boolean follow(List<TableName> names) {
    return followed.equals(names.stream().map(TableName::toString).sorted().toList());
  }

  /** The same shapes, which are now known to be those at the position. */
  public TableShapes exact() {
    return new TableShapes(followed, charsets, tables, null);
  }

  /** Whether the tables look the same, no matter when that was seen. */
  public boolean isSameAs(TableShapes other) {
    return exact().equals(other.exact());
  }

  /**
   * These shapes for the tables that they follow already, the other ones for those they do not. A
   * table that is no longer wanted is forgotten: its shape would grow old unnoticed.
   */
  TableShapes completedBy(TableShapes present, List<TableName> wanted) {
    Set<String> added =
        wanted.stream()
            .filter(name -> !followed.contains(name.toString()))
            .map(TableName::toString)
            .collect(Collectors.toSet());
    Set<String> schemas = wanted.stream().map(TableName::schema).collect(Collectors.toSet());
    List<Table> shapes = new ArrayList<>();
    tables.stream()
        .filter(table -> schemas.contains(table.id().catalog()) && !added.contains(name(table)))
        .forEach(shapes::add);
    present.tables.stream().filter(table -> added.contains(name(table))).forEach(shapes::add);
    Map<String, String> databases = new TreeMap<>(present.charsets);
    databases.putAll(charsets);
    databases.keySet().retainAll(schemas);
    return new TableShapes(wanted, databases, shapes, added.isEmpty() ? readAt : present.readAt);
  }

  private static String name(Table table) {
    return new TableName(table.id().catalog(), table.id().table()).toString();
  }

  private String write() {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    ArrayNode names = root.putArray("followed");
    followed.forEach(names::add);
    ObjectNode databases = root.putObject("databases");
    charsets.forEach(databases::put);
    TableChanges changes = new TableChanges();
    tables.forEach(changes::create);
    try {
      root.set(
          "tables",
          JSON.readTree(
              ArrayWriter.defaultWriter()
                  .write(new JsonTableChangeSerializer().serialize(changes))));
    } catch (IOException e) {
      throw new IllegalStateException("A table's shape does not become JSON", e);
    }
    if (readAt != null) {
      root.put("readAt", readAt);
    }
    return root.toString();
  }

  private static HaltException unreadable(String json, @Nullable Throwable cause) {
    return new HaltException(
        "The record of the outbox tables' shapes is damaged: " + json + ".",
        "Find out who else writes to the position topic. If the outbox tables were not altered lately, 'relay position"
            + " set --gtids <the present position> --execute' makes the relay read the shapes anew from MySQL.",
        cause);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TableShapes shapes && shapes.json.equals(json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    return json;
  }
}
