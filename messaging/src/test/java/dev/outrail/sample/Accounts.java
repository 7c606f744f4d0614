package dev.outrail.sample;

import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Appends. */
@Service
class Accounts {

  private static final JsonMapper JSON = JsonMapper.builder().build();

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
            JSON.writeValueAsString(new Welcome.AccountOpened(id, owner))));
  }
}
