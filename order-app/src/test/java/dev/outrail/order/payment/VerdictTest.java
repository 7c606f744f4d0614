package dev.outrail.order.payment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.order.CloseReason;
import dev.outrail.order.OrderStatus;
import dev.outrail.order.state.StoredOrder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;

class VerdictTest {

  private static final PaymentSucceeded.Part PART = new PaymentSucceeded.Part(1, 12900);
  private static final PaymentSucceeded PAYMENT =
      new PaymentSucceeded(5, "CNY", Instant.parse("2026-11-24T10:00:00Z"), List.of(PART));

  @Test
  void anUnpaidOrderOfThatAmountIsPaid() {
    assertThat(on(order(OrderStatus.UNPAID, 12900, "CNY", null))).isEqualTo(Verdict.PAY);
  }

  @Test
  void anOrderThatDoesNotExistIsUnknown() {
    assertThat(on(null)).isEqualTo(Verdict.ORDER_UNKNOWN);
  }

  @Test
  void anOrderThatIsOnlySubmittedIsUnknownToo() {
    assertThat(on(order(OrderStatus.SUBMITTED, 12900, "CNY", null)))
        .isEqualTo(Verdict.ORDER_UNKNOWN);
  }

  @ParameterizedTest
  @NullSource
  @EnumSource(names = "TIMED_OUT", mode = EnumSource.Mode.EXCLUDE)
  void aClosedOrderStaysClosedWhateverItsAmount(@Nullable CloseReason reason) {
    assertThat(on(closed(12900, "CNY", reason))).isEqualTo(Verdict.ORDER_CLOSED);
    assertThat(on(closed(1, "CNY", reason))).isEqualTo(Verdict.ORDER_CLOSED);
  }

  @Test
  void anOrderThatTimedOutIsRevivedByThatAmountOnly() {
    assertThat(on(closed(12900, "CNY", CloseReason.TIMED_OUT))).isEqualTo(Verdict.REVIVE);
    assertThat(on(closed(12901, "CNY", CloseReason.TIMED_OUT))).isEqualTo(Verdict.AMOUNT_DIFFERS);
    assertThat(on(closed(12900, "EUR", CloseReason.TIMED_OUT))).isEqualTo(Verdict.AMOUNT_DIFFERS);
  }

  @Test
  void anotherAmountOrCurrencyIsNotTaken() {
    assertThat(on(order(OrderStatus.UNPAID, 12901, "CNY", null))).isEqualTo(Verdict.AMOUNT_DIFFERS);
    assertThat(on(order(OrderStatus.UNPAID, 12900, "EUR", null))).isEqualTo(Verdict.AMOUNT_DIFFERS);
  }

  @ParameterizedTest
  @EnumSource(names = {"PAID", "SHIPPED", "SUCCESS"})
  void whatAnotherPaymentPaidIsNotPaidAgain(OrderStatus status) {
    assertThat(on(order(status, 12900, "CNY", 4L))).isEqualTo(Verdict.ORDER_PAID_OTHERWISE);
  }

  @ParameterizedTest
  @EnumSource(names = {"PAID", "SHIPPED", "SUCCESS", "CLOSED"})
  void whatThisPaymentPaidNeedsNothingMore(OrderStatus status) {
    assertThat(on(order(status, 12900, "CNY", 5L))).isEqualTo(Verdict.ALREADY_DONE);
  }

  private static Verdict on(@Nullable StoredOrder order) {
    return Verdict.on(order, PAYMENT, PART);
  }

  private static StoredOrder order(
      OrderStatus status, long total, String currency, @Nullable Long payId) {
    return new StoredOrder(1, 7, status, total, currency, payId, null, Instant.EPOCH);
  }

  private static StoredOrder closed(long total, String currency, @Nullable CloseReason reason) {
    return new StoredOrder(1, 7, OrderStatus.CLOSED, total, currency, null, reason, Instant.EPOCH);
  }
}
