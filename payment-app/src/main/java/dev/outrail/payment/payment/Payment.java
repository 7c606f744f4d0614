package dev.outrail.payment.payment;

import org.jspecify.annotations.Nullable;

/**
 * A payment as it is stored.
 *
 * @param bizPayNo the number that the provider gave it, null until it is confirmed
 * @param version goes up by one with each change of the row
 */
public record Payment(
    PayId payId,
    long userId,
    Money money,
    PayStatus status,
    @Nullable String bizPayNo,
    int version) {}
