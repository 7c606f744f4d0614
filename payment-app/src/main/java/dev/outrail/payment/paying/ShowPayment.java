package dev.outrail.payment.paying;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import dev.outrail.payment.payment.PayId;
import dev.outrail.payment.payment.PaymentParts;
import dev.outrail.payment.payment.Payments;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** A user looks at a payment. */
@Service
class ShowPayment {

  private final Payments payments;
  private final PaymentParts parts;

  ShowPayment(Payments payments, PaymentParts parts) {
    this.payments = payments;
    this.parts = parts;
  }

  /**
   * The payment and its parts as they were at one moment.
   *
   * @throws ApiException INVALID_ARGUMENT with 404 for an unknown payment and for someone else's
   *     alike, so that a stranger learns nothing
   */
  @Transactional(readOnly = true)
  public ShownPayment show(long userId, long payId) {
    if (payId < 1) {
      throw unknown(payId);
    }
    return payments
        .find(new PayId(payId))
        .filter(payment -> payment.userId() == userId)
        .map(payment -> ShownPayment.of(payment, parts.of(payment.payId())))
        .orElseThrow(() -> unknown(payId));
  }

  private static ApiException unknown(long payId) {
    return ApiException.refused(ResultCode.INVALID_ARGUMENT, 404, "you have no payment " + payId);
  }
}
