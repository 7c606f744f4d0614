package dev.outrail.messaging.deadletter;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The listeners of this application, as those who may get their dead letters once more. */
public interface LetterReceivers {

  /** Whoever applies a topic's events for a consumer; empty if it is not this application. */
  Optional<Receiver> of(String consumer, String topic);

  /** Applies one event, in the open transaction. */
  @FunctionalInterface
  interface Receiver {

    /** Throws what keeps the event from being applied. */
    void apply(ConsumerRecord<String, byte[]> received);
  }
}
