package dev.outrail.messaging.deadletter;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Told of each event that could not be applied and has become a dead letter. */
@FunctionalInterface
public interface DeadLetterListener {

  /**
   * Called on the listener's thread, after the letter is committed; a crash in between leaves it
   * out. What it throws is logged.
   *
   * @param consumer who could not apply it
   * @param event as it was received
   * @param cause why it could not be applied
   */
  void parked(String consumer, ConsumerRecord<String, byte[]> event, Throwable cause);
}
