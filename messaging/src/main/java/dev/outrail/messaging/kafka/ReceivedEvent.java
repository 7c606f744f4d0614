package dev.outrail.messaging.kafka;

/**
 * An event together with its payload, read.
 *
 * @param event as it arrived
 * @param payload its JSON
 */
public record ReceivedEvent<T>(InboundEvent event, T payload) {

  /** The event id, the same in every redelivery. */
  public String id() {
    return event.id();
  }
}
