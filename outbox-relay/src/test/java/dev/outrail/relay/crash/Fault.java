package dev.outrail.relay.crash;

/**
 * What can be made to go wrong on one thread of a running relay, at the moment that a file appears.
 * {@link CrashAgent} finds the method.
 */
public enum Fault {
  /** The client's thread, where an event is decoded. */
  ERROR_WHILE_DECODING("dev.outrail.relay.capture.BinlogEvents", "nextEvent", false),
  /** The same thread, where the event is looked at. */
  ERROR_WHILE_READING("dev.outrail.relay.capture.OutboxStream", "take", false),
  /** The thread of a Kafka producer. */
  ERROR_WHILE_SENDING("org.apache.kafka.clients.producer.internals.Sender", "runOnce", false),
  /** A thread of the HTTP port. */
  ERROR_WHILE_ANSWERING("dev.outrail.relay.ops.StatusPage", "status", false),
  /** A task of an executor whose outcome nobody looks at. */
  ERROR_WHILE_MEASURING("dev.outrail.relay.ops.LagProbe", "ask", false),
  /** The relay's own thread never comes back; all others go on. */
  STUCK("dev.outrail.relay.Term", "turn", true);

  private final String type;
  private final String method;
  private final boolean hangs;

  Fault(String type, String method, boolean hangs) {
    this.type = type;
    this.method = method;
    this.hangs = hangs;
  }

  String type() {
    return type;
  }

  String method() {
    return method;
  }

  boolean hangs() {
    return hangs;
  }
}
