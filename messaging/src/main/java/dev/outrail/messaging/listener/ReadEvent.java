package dev.outrail.messaging.listener;

import dev.outrail.messaging.deadletter.SequenceKey;
import dev.outrail.messaging.kafka.ReceivedEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record, read for the method that takes it. */
record ReadEvent(
    ConsumerRecord<String, byte[]> received, ReceivedEvent<?> event, ListenerMethod method) {

  String id() {
    return event.id();
  }

  SequenceKey sequence() {
    return SequenceKey.of(received.topic(), event.event().key());
  }
}
