package com.example.accounts;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AccountsController {

  private final Accounts accounts;

  AccountsController(Accounts accounts) {
    this.accounts = accounts;
  }

  @PostMapping("/accounts/{id}")
  void open(@PathVariable("id") int id, @RequestParam("owner") String owner) {
    accounts.open(id, owner);
  }
}
