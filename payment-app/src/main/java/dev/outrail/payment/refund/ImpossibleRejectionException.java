package dev.outrail.payment.refund;

import dev.outrail.messaging.kafka.PermanentMessageException;

/** A rejection that contradicts what was paid; trying again does not change that. */
public final class ImpossibleRejectionException extends PermanentMessageException {

  ImpossibleRejectionException(Rejection rejection, String why) {
    super(
        "order-app rejects %s (%d, %s), but %s"
            .formatted(rejection.part(), rejection.amount(), rejection.reason(), why));
  }
}
