package com.example.accounts;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.kafka.EventBatches;
import dev.outrail.messaging.kafka.ReceivedEvent;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.stereotype.Component;

/** Writes a letter for each account that was opened. */
@Component
class Welcome {

  private final EventBatches<AccountOpened> batches;
  private final LetterRepository letters;

  Welcome(Inbox inbox, LetterRepository letters) {
    this.letters = letters;
    this.batches =
        new EventBatches<>(
            inbox, "welcome", "account.opened.v1", AccountOpened.class, this::welcome);
  }

  @KafkaListener(id = "welcome", topics = "accounts", batch = "true")
  void receive(List<ConsumerRecord<String, byte[]>> records, Acknowledgment acknowledgment) {
    batches.receive(records, acknowledgment);
  }

  private void welcome(List<ReceivedEvent<AccountOpened>> events) {
    letters.saveAll(
        events.stream()
            .map(event -> new Letter(event.payload().id(), event.payload().owner()))
            .toList());
  }
}
