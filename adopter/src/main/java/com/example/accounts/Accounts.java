package com.example.accounts;

import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Writes an account and its event in one transaction. */
@Service
class Accounts {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final AccountRepository accounts;
  private final Outbox outbox;

  Accounts(AccountRepository accounts, Outbox outbox) {
    this.accounts = accounts;
    this.outbox = outbox;
  }

  @Transactional
  public void open(int id, String owner) {
    accounts.save(new Account(id, owner));
    outbox.append(
        OutboxEvent.json(
            "accounts",
            Integer.toString(id),
            "account.opened.v1",
            JSON.writeValueAsString(new AccountOpened(id, owner))));
  }
}
