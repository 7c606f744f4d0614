package com.example.accounts;

import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.messaging.listener.OutrailListener;
import java.util.List;
import org.springframework.stereotype.Component;

/** Writes a letter for each account that was opened. */
@Component
class Welcome {

  private final LetterRepository letters;

  Welcome(LetterRepository letters) {
    this.letters = letters;
  }

  @OutrailListener(consumer = "welcome", topics = "accounts", types = "account.opened.v1")
  void welcome(List<ReceivedEvent<AccountOpened>> events) {
    letters.saveAll(
        events.stream()
            .map(event -> new Letter(event.payload().id(), event.payload().owner()))
            .toList());
  }
}
