package dev.outrail.payment.paying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import dev.outrail.payment.orders.Order;
import dev.outrail.payment.orders.Order.Payability;
import dev.outrail.payment.payment.Money;
import dev.outrail.payment.payment.NewPayment;
import dev.outrail.payment.payment.OrderId;
import dev.outrail.payment.payment.PayId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PayOrdersTest {

  @Test
  void theAmountIsTheExactSum() {
    assertThat(PayOrders.sum(List.of(order(1, 12_900), order(2, Long.MAX_VALUE - 12_900))))
        .isEqualTo(new Money(Long.MAX_VALUE, "CNY"));
  }

  @Test
  void aSumThatNoAmountCanHoldIsRefusedInsteadOfWrappingAround() {
    assertThatThrownBy(() -> PayOrders.sum(List.of(order(1, Long.MAX_VALUE), order(2, 1))))
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ResultCode.INVALID_ARGUMENT));
  }

  @Test
  void aPaymentWhosePartsDoNotAddUpCannotBeMade() {
    assertThatThrownBy(
            () ->
                new NewPayment(
                    new PayId(1),
                    7,
                    0,
                    new Money(100, "CNY"),
                    Map.of(new OrderId(1), 60L, new OrderId(2), 41L),
                    null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("101");
  }

  private static Order order(long orderId, long total) {
    return new Order(new OrderId(orderId), 7, new Money(total, "CNY"), Payability.PAYABLE);
  }
}
