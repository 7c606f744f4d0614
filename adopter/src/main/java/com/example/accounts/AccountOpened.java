package com.example.accounts;

record AccountOpened(int id, String owner) {}
