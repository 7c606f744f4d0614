package dev.outrail.messaging.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Told of each message that has been parked in a dead letter topic. */
@FunctionalInterface
public interface DeadLetterListener {

  /**
   * Called on the listener's thread, after the broker has taken the dead letter and before the
   * offset is committed; a crash in between parks the message, and calls this, again.
   *
   * @param message as it was received
   * @param cause why it could not be applied
   */
  void parked(ConsumerRecord<?, ?> message, Exception cause);
}
