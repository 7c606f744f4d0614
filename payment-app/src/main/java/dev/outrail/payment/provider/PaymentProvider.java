package dev.outrail.payment.provider;

/**
 * Moves the money. A payment is asked for after the transaction that recorded it has committed, and
 * at most once: a crash between the two leaves a recorded payment that stays unpaid, and the user
 * pays again with a new one.
 *
 * <p>Whether it succeeded is told only by a signed notice to {@code /notice/pay/order}, any time
 * later and possibly several times. Implementations are thread-safe.
 */
public interface PaymentProvider {

  /**
   * Hands a payment over. Does not wait for the money.
   *
   * @throws ProviderUnavailableException if it was not taken; no notice will come for it
   */
  void request(ProviderRequest request);
}
