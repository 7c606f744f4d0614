package dev.outrail.sample;

import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Appends. */
@Service
class Accounts {

  private final JdbcClient jdbc;
  private final Outbox outbox;

  Accounts(JdbcClient jdbc, Outbox outbox) {
    this.jdbc = jdbc;
    this.outbox = outbox;
  }

  @Transactional
  public void open(int id, String owner) {
    jdbc.sql("INSERT INTO account (id, balance) VALUES (:id, 0)").param("id", id).update();
    outbox.append(
        OutboxEvent.json(
            "accounts",
            Integer.toString(id),
            "account.opened.v1",
            "{\"id\": %d, \"owner\": \"%s\"}".formatted(id, owner)));
  }
}
