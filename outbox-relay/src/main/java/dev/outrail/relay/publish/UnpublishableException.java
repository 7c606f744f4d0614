package dev.outrail.relay.publish;

import dev.outrail.relay.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Kafka will never take this event as it is. The transaction that held it is aborted; a new one may
 * begin at once.
 */
public final class UnpublishableException extends RuntimeException {

  private final String eventId;
  private final transient Problem problem;

  UnpublishableException(String eventId, Problem problem, @Nullable Throwable cause) {
    super(problem.what(), cause);
    this.eventId = eventId;
    this.problem = problem;
  }

  String eventId() {
    return eventId;
  }

  public Problem problem() {
    return problem;
  }
}
