package dev.outrail.payment.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.payment.payment.Money;
import dev.outrail.payment.payment.OrderId;
import dev.outrail.payment.payment.PayId;
import dev.outrail.payment.running.AtOnce;
import dev.outrail.payment.running.PaymentApp;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The sandbox pays back as a provider does, whatever the application does with its answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SandboxBooksIT {

  private static final long USER = 7;

  @SuppressWarnings("NullAway.Init")
  private PaymentApp app;

  @BeforeAll
  void start() {
    app = PaymentApp.start(Map.of("outrail.payment.sandbox.refund-failures", "1000"));
  }

  @AfterAll
  void stop() {
    app.close();
  }

  @Test
  void theSameKeyAgainIsCountedAndAnsweredWithTheSameNumber() {
    long payId = paid(100);

    RefundReceipt first = refund(payId, 1, 40);
    RefundReceipt again = refund(payId, 1, 40);
    RefundReceipt other = refund(payId, 2, 40);

    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
    assertThat(app.paidBack(payId)).containsExactly("1:40:2", "2:40:1");
  }

  @Test
  void theSameKeyWithAnotherAmountOrCurrencyIsRefused() {
    long payId = paid(100);
    refund(payId, 1, 40);

    assertRefused(request(payId, "biz-" + payId, 1, new Money(41, "CNY")), "key");
    assertRefused(request(payId, "biz-" + payId, 1, new Money(40, "EUR")), "key");
    assertThat(app.paidBack(payId)).containsExactly("1:40:1");
  }

  @Test
  void moreThanWasCollectedIsRefusedAndTheRestStillPaidBack() {
    long payId = paid(100);
    refund(payId, 1, 60);

    assertRefused(request(payId, "biz-" + payId, 2, new Money(41, "CNY")), "too many");
    assertRefused(request(payId, "biz-" + payId, 2, new Money(40, "EUR")), "too many");
    refund(payId, 2, 40);

    assertThat(app.paidBack(payId)).containsExactly("1:60:1", "2:40:1");
  }

  @Test
  void whatWasNotCollectedIsRefused() {
    long unconfirmed = app.pay(USER, app.orderApp().unpaidOrder(USER, 100)).payId();
    long payId = paid(100);

    assertRefused(request(unconfirmed, "biz-" + unconfirmed, 1, new Money(1, "CNY")), "no payment");
    assertRefused(request(payId, "another", 1, new Money(1, "CNY")), "no payment");
    assertRefused(request(999_999, "biz-999999", 1, new Money(1, "CNY")), "no payment");
  }

  @Test
  void whatTheCallerRollsBackStaysInTheBooks() {
    long payId = paid(100);

    new TransactionTemplate(app.bean(PlatformTransactionManager.class))
        .executeWithoutResult(
            status -> {
              refund(payId, 1, 100);
              status.setRollbackOnly();
            });

    assertThat(app.paidBack(payId)).containsExactly("1:100:1");
  }

  @RepeatedTest(5)
  void ofRequestsThatComeAtOnceEachKeyIsBookedOnce() throws Exception {
    long payId = paid(100);
    List<Callable<RefundReceipt>> calls =
        LongStream.of(1, 2, 1, 2, 1, 2)
            .<Callable<RefundReceipt>>mapToObj(order -> () -> refund(payId, order, 50))
            .toList();

    List<RefundReceipt> receipts =
        AtOnce.run(
            calls.get(0), calls.get(1), calls.get(2), calls.get(3), calls.get(4), calls.get(5));

    assertThat(receipts.stream().distinct()).hasSize(2);
    assertThat(app.paidBack(payId)).containsExactly("1:50:3", "2:50:3");
  }

  @Test
  void everySoManyThAnswerGetsLostAfterItWasBooked() {
    long payId = paid(100);
    RefundRequest request = request(payId, "biz-" + payId, 1, new Money(100, "CNY"));
    int lost = 0;

    for (int call = 0; call < 1_000; call++) {
      try {
        app.bean(PaymentProvider.class).refund(request);
      } catch (ProviderUnavailableException e) {
        lost++;
      }
    }

    assertThat(lost).isEqualTo(1);
    assertThat(app.paidBack(payId)).containsExactly("1:100:1000");
  }

  private void assertRefused(RefundRequest request, String why) {
    assertThatThrownBy(() -> app.bean(PaymentProvider.class).refund(request))
        .isInstanceOf(RefundRefusedException.class)
        .hasMessageContaining(why);
  }

  private long paid(long amount) {
    long payId = app.pay(USER, app.orderApp().unpaidOrder(USER, amount)).payId();
    assertThat(app.confirm(payId).status()).isEqualTo(200);
    return payId;
  }

  private RefundReceipt refund(long payId, long orderId, long amount) {
    return app.bean(PaymentProvider.class)
        .refund(request(payId, "biz-" + payId, orderId, new Money(amount, "CNY")));
  }

  private static RefundRequest request(long payId, String bizPayNo, long orderId, Money money) {
    return new RefundRequest(new PayId(payId), bizPayNo, new OrderId(orderId), money);
  }
}
