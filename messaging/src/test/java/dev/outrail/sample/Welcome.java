package dev.outrail.sample;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.kafka.EventBatches;
import dev.outrail.messaging.kafka.ReceivedEvent;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.stereotype.Component;

/** Applies. */
@Component
class Welcome {

  record AccountOpened(int id, String owner) {}

  private final EventBatches<AccountOpened> batches;
  private final JdbcClient jdbc;

  Welcome(Inbox inbox, JdbcClient jdbc) {
    this.jdbc = jdbc;
    this.batches =
        new EventBatches<>(
            inbox, "welcome", "account.opened.v1", AccountOpened.class, this::welcome);
  }

  @KafkaListener(id = "welcome", topics = "accounts", batch = "true")
  void receive(List<ConsumerRecord<String, byte[]>> records, Acknowledgment acknowledgment) {
    batches.receive(records, acknowledgment);
  }

  /** In the open transaction, with one event or with many. */
  private void welcome(List<ReceivedEvent<AccountOpened>> events) {
    for (ReceivedEvent<AccountOpened> event : events) {
      jdbc.sql("INSERT INTO welcome (account, owner) VALUES (:account, :owner)")
          .param("account", event.payload().id())
          .param("owner", event.payload().owner())
          .update();
    }
  }
}
