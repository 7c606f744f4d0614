package dev.outrail.stock.locking;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import java.util.List;

/** What became of a request to lock; all but {@link Locked} have changed nothing. */
sealed interface LockOutcome {

  /**
   * @throws ApiException unless all is locked; what the caller is told
   */
  void orRefuse();

  /** All is locked, by this request or by an earlier one with the same items. */
  record Locked() implements LockOutcome {

    @Override
    public void orRefuse() {}
  }

  /**
   * @param skuIds those of which there is not enough, or which are unknown, ascending
   */
  record NotStock(List<Long> skuIds) implements LockOutcome {

    @Override
    public void orRefuse() {
      throw ApiException.withData(
          ResultCode.NOT_STOCK, "there is not enough stock of SKUs " + skuIds, skuIds);
    }
  }

  /**
   * @param orderIds those that were closed before
   */
  record Closed(List<Long> orderIds) implements LockOutcome {

    @Override
    public void orRefuse() {
      throw new ApiException(
          ResultCode.ORDER_EXPIRED, "nothing is locked for orders that are closed: " + orderIds);
    }
  }

  /**
   * @param orderIds those that have other locks already
   */
  record LockedOtherwise(List<Long> orderIds) implements LockOutcome {

    @Override
    public void orRefuse() {
      throw ApiException.refused(
          ResultCode.INVALID_ARGUMENT,
          409,
          "other items are locked for orders %s; an order's items do not change"
              .formatted(orderIds));
    }
  }
}
