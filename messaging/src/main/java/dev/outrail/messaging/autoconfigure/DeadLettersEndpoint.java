package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.kafka.DeadLetters;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Actuator endpoint {@code deadletters}: {@code GET} tells how many dead letters wait per topic,
 * {@code POST /<topic>} replays those of a topic. It is exposed only where {@code
 * management.endpoints.web.exposure.include} names it.
 */
@Endpoint(id = "deadletters")
public final class DeadLettersEndpoint {

  private final DeadLetters deadLetters;

  public DeadLettersEndpoint(DeadLetters deadLetters) {
    this.deadLetters = deadLetters;
  }

  /** Per topic. */
  @ReadOperation
  public Map<String, Long> waiting() {
    return deadLetters.waiting();
  }

  /**
   * See {@link DeadLetters#replay}.
   *
   * @throws InvalidEndpointRequestException (status 400) if no listener reads the topic
   */
  @WriteOperation
  public DeadLetters.Replayed replay(@Selector String topic) {
    Set<String> known = deadLetters.topics();
    if (!known.contains(topic)) {
      String problem = "no listener reads topic '%s', only %s".formatted(topic, known);
      throw new InvalidEndpointRequestException(problem, problem);
    }
    return deadLetters.replay(topic);
  }
}
