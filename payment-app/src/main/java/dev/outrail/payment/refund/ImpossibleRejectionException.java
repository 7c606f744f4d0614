package dev.outrail.payment.refund;

/** A rejection that contradicts what was paid; trying again does not change that. */
public final class ImpossibleRejectionException extends RuntimeException {

  ImpossibleRejectionException(Rejection rejection, String why) {
    super(
        "order-app rejects %s (%d, %s), but %s"
            .formatted(rejection.part(), rejection.amount(), rejection.reason(), why));
  }
}
