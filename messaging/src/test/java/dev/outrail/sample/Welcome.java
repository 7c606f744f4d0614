package dev.outrail.sample;

import dev.outrail.messaging.listener.OutrailListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Applies. */
@Component
class Welcome {

  record AccountOpened(int id, String owner) {}

  private final JdbcClient jdbc;

  Welcome(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** In the open transaction, for each event. */
  @OutrailListener(consumer = "welcome", topics = "accounts", types = "account.opened.v1")
  void welcome(AccountOpened opened) {
    jdbc.sql("INSERT INTO welcome (account, owner) VALUES (:account, :owner)")
        .param("account", opened.id())
        .param("owner", opened.owner())
        .update();
  }
}
