package com.example.accounts;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.springframework.data.domain.Persistable;

/** An account, as it is opened. */
@Entity
class Account implements Persistable<Integer> {

  @Id private int id;
  private String owner;

  protected Account() {}

  Account(int id, String owner) {
    this.id = id;
    this.owner = owner;
  }

  @Override
  public Integer getId() {
    return id;
  }

  /** Opened once: a second account of the same id is an error. */
  @Override
  public boolean isNew() {
    return true;
  }
}
