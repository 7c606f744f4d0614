package dev.outrail.order.payment;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A payment that the provider confirmed: what order-app reads of {@code payment.succeeded.v1}.
 *
 * @param currency ISO 4217, for all amounts
 * @param paidAt when the provider confirmed it
 * @param orders what it pays for, by ascending order id
 */
public record PaymentSucceeded(long payId, String currency, Instant paidAt, List<Part> orders) {

  /** What a TIMESTAMP column can hold; anything else could never be stored, however often tried. */
  private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:01Z");

  private static final Instant LATEST = Instant.parse("2038-01-19T03:14:07Z");

  /**
   * The part of a payment that is for one order.
   *
   * @param amount minor units
   */
  public record Part(long orderId, long amount) {
    /**
     * @throws IllegalArgumentException if a number is not positive
     */
    public Part {
      requirePositive("orderId", orderId);
      requirePositive("amount of order " + orderId, amount);
    }
  }

  /**
   * @throws IllegalArgumentException if a value is not what the event's schema allows, or an order
   *     is listed twice
   */
  public PaymentSucceeded {
    requirePositive("payId", payId);
    if (!currency.matches("[A-Z]{3}")) {
      throw new IllegalArgumentException("currency '" + currency + "' is not an ISO 4217 code");
    }
    if (paidAt.isBefore(EARLIEST) || paidAt.isAfter(LATEST)) {
      throw new IllegalArgumentException(
          "paidAt %s is not from %s to %s".formatted(paidAt, EARLIEST, LATEST));
    }
    if (orders.isEmpty()) {
      throw new IllegalArgumentException("payment " + payId + " is for no order");
    }
    if (orders.stream().map(Part::orderId).collect(Collectors.toSet()).size() < orders.size()) {
      throw new IllegalArgumentException("payment " + payId + " lists an order twice");
    }
    orders = orders.stream().sorted(Comparator.comparingLong(Part::orderId)).toList();
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be positive, not %d".formatted(name, value));
    }
  }
}
