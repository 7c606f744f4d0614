package dev.outrail.payment.provider;

/**
 * Moves the money. A payment is asked for after the transaction that recorded it has committed, and
 * at most once: a crash between the two leaves a recorded payment that stays unpaid, and the user
 * pays again with a new one. A refund is asked for until the provider says that it is done.
 *
 * <p>Whether a payment succeeded is told only by a signed notice to {@code /notice/pay/order}, any
 * time later and possibly several times. Never call it with a transaction open. Implementations are
 * thread-safe.
 */
public interface PaymentProvider {

  /**
   * Hands a payment over. Does not wait for the money.
   *
   * @throws ProviderUnavailableException if it was not taken; no notice will come for it
   */
  void request(ProviderRequest request);

  /**
   * Pays back a part of a payment, once per {@link RefundRequest#idempotencyKey}: asked again, also
   * at the same moment, it answers as before.
   *
   * @throws ProviderUnavailableException if it is not known whether the refund was taken: ask again
   *     with the same key
   * @throws RefundRefusedException if it was not taken and will not be
   */
  RefundReceipt refund(RefundRequest request);
}
