package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.autoconfigure.DeadLettersEndpoint.Shown;
import dev.outrail.messaging.deadletter.DeadLetter.State;
import dev.outrail.messaging.deadletter.DeadLetters;
import dev.outrail.messaging.deadletter.DeadLetters.Query;
import dev.outrail.messaging.inbox.InboxMarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * Actuator endpoint {@code inbox}: {@code GET /<event id>} tells what became of an event here:
 * which consumers are done with it and since when ({@code marks}; purged ones are not known), and
 * whether that was as a dead letter ({@code deadLetters}, discarded ones included). It is exposed
 * only where {@code management.endpoints.web.exposure.include} names it.
 */
@WebEndpoint(id = "inbox")
public final class InboxEndpoint {

  private static final int MOST = 100;

  private final InboxMarks marks;
  private final Supplier<DeadLetters> letters;

  /**
   * @param letters asked at each request
   */
  public InboxEndpoint(InboxMarks marks, Supplier<DeadLetters> letters) {
    this.marks = marks;
    this.letters = letters;
  }

  /** Of one event. */
  @ReadOperation
  public WebEndpointResponse<?> read(@Selector String id) {
    try {
      return new WebEndpointResponse<>(
          Map.of("id", id, "marks", marks.find(id), "deadLetters", deadLetters(id)));
    } catch (IllegalArgumentException e) {
      return new WebEndpointResponse<>(
          Map.of("error", String.valueOf(e.getMessage())), WebEndpointResponse.STATUS_BAD_REQUEST);
    }
  }

  private List<Shown> deadLetters(String id) {
    List<Shown> shown = new ArrayList<>();
    for (State state : State.values()) {
      letters
          .get()
          .find(new Query(null, null, null, id, null, null, state), 0, MOST)
          .forEach(letter -> shown.add(Shown.of(letter, false)));
    }
    return shown;
  }
}
