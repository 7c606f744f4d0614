package dev.outrail.payment.refund;

import dev.outrail.messaging.listener.OutrailListener;
import dev.outrail.payment.payment.PaidOrders;
import dev.outrail.payment.payment.PartId;
import dev.outrail.payment.payment.PartState;
import dev.outrail.payment.payment.PayId;
import dev.outrail.payment.payment.PayStatus;
import dev.outrail.payment.payment.Payment;
import dev.outrail.payment.payment.PaymentPart;
import dev.outrail.payment.payment.PaymentParts;
import dev.outrail.payment.payment.Payments;
import dev.outrail.payment.payment.RefundReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Marks what is to be paid back; {@link RefundJob} pays it back. Thread-safe. */
@Service
public class Refunds {

  private static final Logger log = LoggerFactory.getLogger(Refunds.class);

  /** Its name in the inbox, and its consumer group; another one would apply every event again. */
  private static final String CONSUMER = "payment-app";

  private final Payments payments;
  private final PaymentParts parts;
  private final PaidOrders paidOrders;

  Refunds(Payments payments, PaymentParts parts, PaidOrders paidOrders) {
    this.payments = payments;
    this.parts = parts;
    this.paidOrders = paidOrders;
  }

  /**
   * Each rejected part becomes REFUND_PENDING, and a payment as a whole when none of its parts is
   * effective any more. Whatever the reason, the payment is no longer the effective one of the
   * order, so that {@code isPay} tells the truth and another payment of the order can become it:
   * order-app, which decides about its orders, will take or reject that one in turn.
   *
   * <p>Runs in the caller's transaction, which holds the rows of the payments and of their parts
   * until it ends. Applied again, or twice in one list, it changes nothing more. The number of
   * statements does not grow with the list: at most two that lock, an update per reason, and two
   * more.
   *
   * @throws ImpossibleRejectionException for the first rejection whose payment, order or amount
   *     does not exist, or whose payment was never confirmed; nothing was written
   */
  @OutrailListener(consumer = CONSUMER, topics = "order-pay-rejected", types = Rejection.TYPE)
  @Transactional(propagation = Propagation.MANDATORY)
  public void apply(List<Rejection> rejections) {
    SortedSet<Long> numbers =
        rejections.stream()
            .map(rejection -> rejection.part().payId().value())
            .collect(Collectors.toCollection(TreeSet::new));
    List<PayId> payIds = numbers.stream().map(PayId::new).toList();
    Map<PayId, Payment> known =
        payments.findAndLock(payIds).stream()
            .collect(Collectors.toMap(Payment::payId, Function.identity()));
    List<PaymentPart> all = parts.findAndLock(payIds);
    Map<PartId, RefundReason> refunds = decide(rejections, known, all);
    if (!refunds.isEmpty()) {
      write(refunds, known, all);
    }
  }

  /** In the order of the list; the first rejection of a part counts. */
  private static Map<PartId, RefundReason> decide(
      List<Rejection> rejections, Map<PayId, Payment> known, List<PaymentPart> all) {
    Map<PartId, PaymentPart> byId =
        all.stream().collect(Collectors.toMap(PaymentPart::id, Function.identity()));
    Map<PartId, RefundReason> refunds = new LinkedHashMap<>();
    for (Rejection rejection : rejections) {
      if (!known.containsKey(rejection.part().payId())) {
        throw new ImpossibleRejectionException(rejection, "the payment does not exist");
      }
      PaymentPart part = byId.get(rejection.part());
      if (part == null) {
        throw new ImpossibleRejectionException(
            rejection, "the payment was not made for this order");
      }
      if (part.amount() != rejection.amount()) {
        throw new ImpossibleRejectionException(
            rejection, "the payment has an amount of " + part.amount() + " for it");
      }
      switch (part.state()) {
        case PENDING ->
            throw new ImpossibleRejectionException(rejection, "the payment is not confirmed");
        case EFFECTIVE -> refunds.putIfAbsent(part.id(), rejection.reason());
        case REFUND_PENDING, REFUNDED -> log.info("The {} is refunded already", part.id());
      }
    }
    return refunds;
  }

  private void write(
      Map<PartId, RefundReason> refunds, Map<PayId, Payment> known, List<PaymentPart> all) {
    Map<RefundReason, List<PartId>> byReason = new EnumMap<>(RefundReason.class);
    refunds.forEach(
        (part, reason) -> byReason.computeIfAbsent(reason, any -> new ArrayList<>()).add(part));
    byReason.forEach((reason, ids) -> parts.markRefundPending(ids, PartState.EFFECTIVE, reason));
    paidOrders.release(refunds.keySet());
    List<PayId> nothingLeft = withoutEffectivePart(known, all, refunds);
    if (!nothingLeft.isEmpty()) {
      payments.refundAll(nothingLeft);
    }
    byReason.forEach(
        (reason, ids) ->
            log.warn("To be paid back, since orders could not take it: {} ({})", ids, reason));
  }

  private static List<PayId> withoutEffectivePart(
      Map<PayId, Payment> known, List<PaymentPart> all, Map<PartId, RefundReason> refunds) {
    Map<PayId, List<PaymentPart>> byPayment =
        all.stream().collect(Collectors.groupingBy(PaymentPart::payId));
    return known.values().stream()
        .filter(payment -> payment.status() == PayStatus.PAYED)
        .map(Payment::payId)
        .filter(
            payId ->
                byPayment.getOrDefault(payId, List.of()).stream()
                    .noneMatch(
                        part ->
                            part.state() == PartState.EFFECTIVE && !refunds.containsKey(part.id())))
        .toList();
  }
}
