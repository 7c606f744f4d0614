package dev.outrail.relay.crash;

/**
 * Where a relay can be made to kill itself. The running jar has no hook for it: {@link CrashAgent}
 * finds the method. One more point is one more line here.
 */
@SuppressWarnings("ImmutableEnumChecker") // a record of strings and numbers is immutable
public enum CrashPoint {
  /** A Kafka transaction has begun, and holds nothing yet. */
  BEFORE_SEND(entering(Types.PRODUCER, "send").withSends(0, 0), 20),
  /** Some of a run's events are sent, others are not. */
  MID_BATCH(entering(Types.PRODUCER, "send").withSends(3, Integer.MAX_VALUE), 3_000),
  /** All of a run's events are sent, the position that goes with them is not. */
  AFTER_SEND(entering(Types.POSITIONS, "position").withSends(1, Integer.MAX_VALUE), 20),
  /** Events and position are sent; the broker was not asked to commit. */
  BEFORE_COMMIT(entering(Types.PRODUCER, "commitTransaction").withSends(2, Integer.MAX_VALUE), 20),
  /** The broker has committed; its answer is here and nobody has looked at it. */
  DURING_COMMIT(
      entering(Types.COMMIT_ANSWER, "handleResponse").withSends(2, Integer.MAX_VALUE), 20),
  /** The relay knows that its run is committed. */
  AFTER_COMMIT(leaving(Types.PRODUCER, "commitTransaction").withSends(2, Integer.MAX_VALUE), 20),
  /** The broker has fenced the predecessor; its answer is here and nobody has looked at it. */
  DURING_INIT_TRANSACTIONS(entering(Types.INIT_ANSWER, "handleResponse"), 1),
  /** The predecessor is fenced and settled, the position is not read yet. */
  AFTER_INIT_TRANSACTIONS(leaving(Types.PRODUCER, "initTransactions"), 1),
  /** The others are fenced and the position is read; nothing is signed or published yet. */
  DURING_TAKEOVER(entering(Types.TERM, "run"), 1),
  /** Some batches of old rows are deleted, others are not; needs a relay that purges. */
  DURING_PURGE(entering(Types.METRICS, "rowsDeleted"), 3),
  /**
   * A page of held events is sent, with the ends of its pointers; how far that is, the position and
   * the commit are not. Needs held events, as the next one does.
   */
  DURING_RELEASE(entering(Types.HELD_TOPICS, "releasedUpTo"), 3),
  /** The page is committed; no more was made of that. */
  AFTER_RELEASE(leaving(Types.PUBLISHER, "release"), 3);

  /**
   * When a point is reached.
   *
   * @param type the class that declares the method
   * @param leaving at the method's orderly end, not at its begin
   * @param minSends records sent in the current Kafka transaction before, at least
   * @param maxSends and at most
   */
  record Trigger(String type, String method, boolean leaving, int minSends, int maxSends) {

    Trigger withSends(int atLeast, int atMost) {
      return new Trigger(type, method, leaving, atLeast, atMost);
    }
  }

  private final Trigger trigger;
  private final int hitsWithinASecond;

  CrashPoint(Trigger trigger, int hitsWithinASecond) {
    this.trigger = trigger;
    this.hitsWithinASecond = hitsWithinASecond;
  }

  Trigger trigger() {
    return trigger;
  }

  /** How often a relay under load passes the point in about its first second. */
  public int hitsWithinASecond() {
    return hitsWithinASecond;
  }

  /** What the process prints right before its end. */
  public String lastWords() {
    return "CRASH POINT " + name() + ", ";
  }

  private static Trigger entering(String type, String method) {
    return new Trigger(type, method, false, 0, Integer.MAX_VALUE);
  }

  private static Trigger leaving(String type, String method) {
    return new Trigger(type, method, true, 0, Integer.MAX_VALUE);
  }

  /** By name: none of these classes may be loaded together with the agent. */
  static final class Types {
    static final String PRODUCER = "org.apache.kafka.clients.producer.KafkaProducer";
    static final String METRICS = "dev.outrail.relay.ops.RelayMetrics";
    static final String TERM = "dev.outrail.relay.Term";
    static final String HELD_TOPICS = "dev.outrail.relay.position.HeldTopics";
    static final String PUBLISHER = "dev.outrail.relay.publish.Publisher";
    static final String POSITIONS = "dev.outrail.relay.position.PositionRecords";
    private static final String ANSWERS =
        "org.apache.kafka.clients.producer.internals.TransactionManager$";
    static final String INIT_ANSWER = ANSWERS + "InitProducerIdHandler";
    static final String COMMIT_ANSWER = ANSWERS + "EndTxnHandler";

    private Types() {}
  }
}
