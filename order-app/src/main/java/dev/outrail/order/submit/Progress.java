package dev.outrail.order.submit;

import dev.outrail.order.CloseReason;
import dev.outrail.order.OrderStatus;
import dev.outrail.order.state.StoredOrder;
import java.util.Collection;

/** How far a submission has come; its orders open together, or none of them does. */
enum Progress {
  /** Its stock is still to be locked, or its orders to be opened. */
  SUBMITTED,
  /** Its orders were opened; they may be paid or even closed meanwhile, but not all closed. */
  OPENED,
  /** It ended for want of stock. */
  NOT_STOCK,
  /** Its orders are closed, or some of them before the others could be opened. */
  CLOSED;

  static Progress of(Collection<StoredOrder> orders) {
    if (orders.stream().allMatch(order -> order.status() == OrderStatus.SUBMITTED)) {
      return SUBMITTED;
    }
    if (orders.stream().allMatch(order -> order.closeReason() == CloseReason.NOT_STOCK)) {
      return NOT_STOCK;
    }
    boolean someNeverOpened =
        orders.stream().anyMatch(order -> order.status() == OrderStatus.SUBMITTED);
    boolean allClosed = orders.stream().allMatch(order -> order.status() == OrderStatus.CLOSED);
    return someNeverOpened || allClosed ? CLOSED : OPENED;
  }
}
