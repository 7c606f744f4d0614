package dev.outrail.relay.capture;

/** An outbox table: the database (schema) it lives in, and its name there. */
public record TableName(String schema, String table) {

  /** For use inside SQL; back-ticks are doubled. */
  public String quoted() {
    return "`" + schema.replace("`", "``") + "`.`" + table.replace("`", "``") + "`";
  }

  @Override
  public String toString() {
    return schema + "." + table;
  }
}
