package com.example.shop.order;

/** Of nobody's interest outside. */
public record OrderViewed(long id) {}
