package com.example.accounts;

import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Writes an account and its event in one transaction. */
@Service
class Accounts {

  private final AccountRepository accounts;
  private final Outbox outbox;
  private final JsonMapper json;

  Accounts(AccountRepository accounts, Outbox outbox, JsonMapper json) {
    this.accounts = accounts;
    this.outbox = outbox;
    this.json = json;
  }

  @Transactional
  public void open(int id, String owner) {
    accounts.save(new Account(id, owner));
    outbox.append(
        OutboxEvent.json(
            "accounts",
            Integer.toString(id),
            "account.opened.v1",
            json.writeValueAsString(new AccountOpened(id, owner))));
  }
}
