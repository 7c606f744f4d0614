package dev.outrail.bench.contender;

import java.util.Set;

/**
 * A way to get events of committed payments to Kafka. Stateless; each start is a run of its own.
 */
public interface Contender {

  Description description();

  /** What it can do; {@link Mode#CARRY_ONLY} alone for a limit that publishes nothing. */
  Set<Mode> modes();

  /** How many databases its payments are spread over when they are made live. */
  default int databases() {
    return 1;
  }

  /**
   * Whether a backlog is the binlog's rows of {@code outbox} tables behind {@link
   * Scene#fromGtids()}, the same for all who read it; else it lies in tables of its own, and is
   * gone once it is published.
   */
  boolean readsBinlog();

  /**
   * Whether events go to the topic that their rows name, and to no other; else they go to {@link
   * Scene#topic()}, whatever the rows say.
   */
  default boolean publishesWhereRowsSay() {
    return false;
  }

  /**
   * Creates its tables in the scene's databases, unless they are there, and gives rights. The
   * tables of messaging.sql and of the payment are there already.
   */
  void createTables(Scene scene);

  /**
   * Starts its processes and returns once they take payments and will publish, or have begun to
   * publish the backlog.
   */
  Running start(Scene scene, Mode mode);
}
