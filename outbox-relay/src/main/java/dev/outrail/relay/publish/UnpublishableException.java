package dev.outrail.relay.publish;

import dev.outrail.relay.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Kafka will never take this event as it is. The transaction that held it is aborted; a new one may
 * begin at once, and knows of this one.
 */
public final class UnpublishableException extends RuntimeException {

  private final transient EventKey event;
  private final String topic;
  private final transient Problem problem;

  UnpublishableException(EventKey event, String topic, Problem problem, @Nullable Throwable cause) {
    super(problem.what(), cause);
    this.event = event;
    this.topic = topic;
    this.problem = problem;
  }

  EventKey event() {
    return event;
  }

  /** The topic that does not take it. */
  public String topic() {
    return topic;
  }

  public Problem problem() {
    return problem;
  }
}
