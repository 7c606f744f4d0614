package com.example.accounts;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;

/** A letter of welcome; one too many would be seen. */
@Entity
class Letter {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long number;

  private int account;
  private String owner;

  protected Letter() {}

  Letter(int account, String owner) {
    this.account = account;
    this.owner = owner;
  }
}
