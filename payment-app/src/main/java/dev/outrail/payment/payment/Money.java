package dev.outrail.payment.payment;

import java.util.regex.Pattern;

/**
 * An amount to pay.
 *
 * @param amount minor units, above 0
 * @param currency ISO 4217
 */
public record Money(long amount, String currency) {

  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

  /**
   * @throws IllegalArgumentException if the amount is not above 0 or the currency is no code
   */
  public Money {
    if (amount < 1 || !CURRENCY.matcher(currency).matches()) {
      throw new IllegalArgumentException("not an amount to pay: " + amount + " " + currency);
    }
  }

  @Override
  public String toString() {
    return amount + " " + currency;
  }
}
