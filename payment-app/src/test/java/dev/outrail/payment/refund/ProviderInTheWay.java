package dev.outrail.payment.refund;

import dev.outrail.payment.provider.PaymentProvider;
import dev.outrail.payment.provider.ProviderRequest;
import dev.outrail.payment.provider.RefundReceipt;
import dev.outrail.payment.provider.RefundRequest;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Stands between the application and its provider: what is queued happens to the next refunds after
 * the provider has booked them. Also sees to it that no transaction is open.
 */
final class ProviderInTheWay implements BeanPostProcessor {

  static final Queue<UnaryOperator<RefundReceipt>> afterBooking = new ConcurrentLinkedQueue<>();

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof PaymentProvider provider ? inFrontOf(provider) : bean;
  }

  private static PaymentProvider inFrontOf(PaymentProvider provider) {
    return new PaymentProvider() {
      @Override
      public void request(ProviderRequest request) {
        provider.request(request);
      }

      @Override
      public RefundReceipt refund(RefundRequest request) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
          throw new AssertionError("the provider is called with a transaction open");
        }
        RefundReceipt receipt = provider.refund(request);
        UnaryOperator<RefundReceipt> next = afterBooking.poll();
        return next == null ? receipt : next.apply(receipt);
      }
    };
  }
}
