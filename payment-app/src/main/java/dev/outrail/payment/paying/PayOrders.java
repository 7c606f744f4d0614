package dev.outrail.payment.paying;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import dev.outrail.mall.security.MallUser;
import dev.outrail.payment.orders.Order;
import dev.outrail.payment.payment.Money;
import dev.outrail.payment.payment.NewPayment;
import dev.outrail.payment.payment.OrderId;
import dev.outrail.payment.payment.PayId;
import dev.outrail.payment.payment.PayIds;
import dev.outrail.payment.payment.Payments;
import dev.outrail.payment.provider.PaymentProvider;
import dev.outrail.payment.provider.ProviderRequest;
import dev.outrail.payment.provider.ProviderUnavailableException;
import dev.outrail.segmentid.SegmentIdsExhaustedException;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A user pays orders in one payment. Thread-safe. */
@Service
class PayOrders {

  private final PayableOrders payableOrders;
  private final PayIds payIds;
  private final Payments payments;
  private final PaymentProvider provider;
  private final TransactionTemplate transaction;

  PayOrders(
      PayableOrders payableOrders,
      PayIds payIds,
      Payments payments,
      PaymentProvider provider,
      PlatformTransactionManager transactionManager) {
    this.payableOrders = payableOrders;
    this.payIds = payIds;
    this.payments = payments;
    this.provider = provider;
    this.transaction = new TransactionTemplate(transactionManager);
  }

  /**
   * Records a payment and hands it to the provider. No transaction is open but in step 3.
   *
   * <ol>
   *   <li>Ask order-app for the orders. A crash up to here leaves nothing.
   *   <li>Take a number. A crash here leaves a number that no payment has.
   *   <li>Record payment and parts, in one transaction. A crash after it leaves a payment that
   *       nobody was asked for; it stays unpaid, blocks nothing, and the user pays again.
   *   <li>Ask the provider. A crash after it leaves a payment that the notice will confirm, though
   *       the user did not see its number.
   * </ol>
   *
   * @param orderIds not empty
   * @param returnUrl checked, or null
   * @throws ApiException if the orders cannot be paid, or something that is needed does not answer
   */
  PayId pay(MallUser user, SortedSet<OrderId> orderIds, @Nullable String returnUrl) {
    List<Order> orders = payableOrders.find(user.userId(), orderIds);
    Money money = sum(orders);
    PayId payId = nextId();
    NewPayment payment =
        new NewPayment(
            payId,
            user.userId(),
            user.sysType(),
            money,
            orders.stream()
                .collect(Collectors.toMap(Order::orderId, order -> order.total().amount())),
            returnUrl);
    transaction.executeWithoutResult(status -> payments.add(payment));
    request(new ProviderRequest(payId, money, returnUrl));
    return payId;
  }

  static Money sum(List<Order> orders) {
    try {
      long amount =
          orders.stream().mapToLong(order -> order.total().amount()).reduce(0, Math::addExact);
      return new Money(amount, orders.get(0).total().currency());
    } catch (ArithmeticException e) {
      throw new ApiException(
          ResultCode.INVALID_ARGUMENT, "the orders together cost more than one payment can hold");
    }
  }

  private PayId nextId() {
    try {
      return payIds.next();
    } catch (SegmentIdsExhaustedException e) {
      throw ApiException.unavailable("no payment can be numbered now; try again later", e);
    }
  }

  private void request(ProviderRequest request) {
    try {
      provider.request(request);
    } catch (ProviderUnavailableException e) {
      throw ApiException.unavailable(
          "the payment provider took no payment; nothing was charged, try again later", e);
    }
  }
}
