package dev.outrail.relay.position;

import org.jspecify.annotations.Nullable;

/**
 * All that the relays of one name remember: what stands in the position topic.
 *
 * @param position null before the first start is done
 * @param tables the outbox tables' shapes at that position, as {@code TableShapes} wrote them; null
 *     if none were stored
 */
public record Memory(@Nullable StoredPosition position, Control control, @Nullable String tables) {

  static final Memory NONE = new Memory(null, Control.RUN, null);

  Memory with(StoredPosition newPosition) {
    return new Memory(newPosition, control, tables);
  }

  Memory with(Control newControl) {
    return new Memory(position, newControl, tables);
  }

  Memory withTables(@Nullable String newTables) {
    return new Memory(position, control, newTables);
  }
}
