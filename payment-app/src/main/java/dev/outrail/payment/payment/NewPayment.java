package dev.outrail.payment.payment;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A payment to record, not confirmed yet.
 *
 * @param sysType which kind of user pays
 * @param amounts minor units per order; their sum is the payment's amount
 * @param returnUrl where the payer goes afterwards, or null
 */
public record NewPayment(
    PayId payId,
    long userId,
    int sysType,
    Money money,
    Map<OrderId, Long> amounts,
    @Nullable String returnUrl) {

  /**
   * @throws IllegalArgumentException if the parts do not add up to the whole
   */
  public NewPayment {
    amounts = Map.copyOf(amounts);
    long sum = amounts.values().stream().reduce(0L, Math::addExact);
    if (sum != money.amount()) {
      throw new IllegalArgumentException(
          "the parts of payment %s add up to %d, not to %d".formatted(payId, sum, money.amount()));
    }
  }

  List<OrderId> orderIds() {
    return amounts.keySet().stream().sorted().toList();
  }
}
