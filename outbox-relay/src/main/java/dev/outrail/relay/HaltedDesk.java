package dev.outrail.relay;

import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.operate.Author;
import dev.outrail.relay.operate.Done;
import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.operate.PositionChange;
import dev.outrail.relay.operate.Replay;
import dev.outrail.relay.operate.ReplayReport;
import dev.outrail.relay.position.Memory;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.position.StoredPosition;
import dev.outrail.relay.publish.Publisher;
import dev.outrail.relay.publish.QuarantineRecord;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator can do with a halted relay: have it try again, or move its position. */
final class HaltedDesk implements Desk {

  private static final Logger log = LoggerFactory.getLogger(HaltedDesk.class);

  private final RelayContext context;
  private final @Nullable Supplier<Publisher> publishers;
  private @Nullable Position known;
  private boolean decided;

  /**
   * @param publishers null for a relay that does not have the lease: it moves no position
   */
  HaltedDesk(RelayContext context, @Nullable Supplier<Publisher> publishers) {
    this.context = context;
    this.publishers = publishers;
  }

  /** Whether the relay may try again. */
  boolean decided() {
    return decided;
  }

  @Override
  public Done resume(Author author) {
    decided = true;
    log.info("RESUME by {}: trying again from the position in Kafka", author.by());
    return new Done(
        UUID.randomUUID(),
        "Trying again; /status tells whether the reason to halt is gone.",
        context.clock().instant());
  }

  @Override
  public PositionChange setPosition(PositionChange change, Author author) {
    try (Publisher publisher = publisher()) {
      Memory memory = publisher.begin();
      Term.requireUnmoved(require(memory).position(), change);
      WhileHeld.requireNotRepeated(memory.held(), change);
      UUID operation = UUID.randomUUID();
      Term.move(
          publisher, change, context.wiring().moved(memory.coverage(), change), operation, author);
      log.warn("POSITION SET by {} from {} to {}", author.by(), change.before(), change.after());
      decided = true;
      return change.executedAs(operation);
    }
  }

  @Override
  public Done pause(Author author) {
    throw halted();
  }

  @Override
  public Done handover(Author author) {
    throw halted();
  }

  @Override
  public Done retry(OutboxRow row, QuarantineRecord seen, Author author) {
    throw halted();
  }

  @Override
  public Done discard(QuarantineRecord seen, Author author) {
    throw halted();
  }

  @Override
  public Done releasePurge(List<TableName> tables, @Nullable String schema, Author author) {
    throw halted();
  }

  @Override
  public Replay replay(ReplayReport selected, Supplier<Replay> begin, Author author) {
    throw halted();
  }

  @Override
  public Position position() {
    if (known == null) { // while this one has the lease, nobody else moves it
      try (Publisher publisher = publisher()) {
        known = require(publisher.peek()).position();
      }
    }
    return known;
  }

  private Publisher publisher() {
    Supplier<Publisher> own = publishers;
    if (own == null) {
      throw OperationRefusedException.wrongState(
          "This relay is halted for a reason of its own, and has given the lease away.",
          "Ask the relay that works. Here, do what the last error in /status says; the relay tries again by itself, or at"
              + " once after 'relay resume'.");
    }
    return own.get();
  }

  private static StoredPosition require(Memory memory) {
    StoredPosition stored = memory.position();
    if (stored == null) {
      throw OperationRefusedException.wrongState(
          "The relay has no position yet.",
          "Remove the reason to halt, then 'relay resume'; the first start makes one.");
    }
    return stored;
  }

  private static OperationRefusedException halted() {
    return OperationRefusedException.wrongState(
        "The relay is halted.", "Do what the last error in /status says, then 'relay resume'.");
  }
}
