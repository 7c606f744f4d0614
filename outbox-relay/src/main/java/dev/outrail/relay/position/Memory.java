package dev.outrail.relay.position;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * All that the relays of one name remember: what stands in the position topic.
 *
 * @param position null before the first start is done
 * @param tables the outbox tables' shapes at that position, as {@code TableShapes} wrote them; null
 *     if none were stored
 * @param coverage since when each of them was read
 * @param held topics whose events wait until Kafka lets the relay write there
 */
public record Memory(
    @Nullable StoredPosition position,
    Control control,
    @Nullable String tables,
    Coverage coverage,
    HeldTopics held) {

  static final Memory NONE = new Memory(null, Control.RUN, null, Coverage.UNKNOWN, HeldTopics.NONE);

  private static final ObjectMapper JSON = new ObjectMapper();

  Memory with(StoredPosition newPosition) {
    return new Memory(newPosition, control, tables, coverage, held);
  }

  Memory with(Control newControl) {
    return new Memory(position, newControl, tables, coverage, held);
  }

  Memory with(HeldTopics newHeld) {
    return new Memory(position, control, tables, coverage, newHeld);
  }

  /**
   * @param value of the tables' record; null if it has none. One that is damaged is kept as it is,
   *     for whoever needs the shapes to tell
   */
  Memory withTables(@Nullable String value) {
    try {
      if (value != null && JSON.readTree(value) instanceof ObjectNode root) {
        Coverage read = Coverage.takeFrom(root);
        boolean shapes = root.has("tables") || read.equals(Coverage.UNKNOWN);
        return new Memory(position, control, shapes ? root.toString() : null, read, held);
      }
    } catch (JsonProcessingException e) {
      // as below
    }
    return new Memory(position, control, value, Coverage.UNKNOWN, held);
  }
}
