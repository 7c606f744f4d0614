package dev.outrail.order.submit;

import dev.outrail.order.state.ShortTransaction;
import java.util.List;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/** Writes a submission the first time its key is used. Thread-safe. */
@Component
final class FirstSubmission {

  private final PriceOrders priceOrders;
  private final Submissions submissions;
  private final ShortTransaction transaction;

  FirstSubmission(PriceOrders priceOrders, Submissions submissions, ShortTransaction transaction) {
    this.priceOrders = priceOrders;
    this.submissions = submissions;
    this.transaction = transaction;
  }

  /**
   * The submission that the key stands for; written now, at today's prices, if there was none. Of
   * concurrent requests one writes, the others get what it wrote.
   *
   * @throws dev.outrail.mall.api.ApiException if there was none and the items cannot be ordered
   */
  Submission findOrAdd(long userId, IdempotencyKey key, WantedItems wanted) {
    return submissions.find(userId, key).orElseGet(() -> add(userId, key, wanted));
  }

  private Submission add(long userId, IdempotencyKey key, WantedItems wanted) {
    List<NewOrder> orders = priceOrders.price(wanted);
    try {
      return transaction.run(
          () -> {
            submissions.add(userId, key, wanted, orders);
            return submissions.find(userId, key).orElseThrow();
          });
    } catch (DuplicateKeyException e) {
      return submissions.find(userId, key).orElseThrow(() -> e);
    }
  }
}
