package com.example.shop.order;

/** For the other modules only. */
public record OrderCancelled(long id, String customer) {}
