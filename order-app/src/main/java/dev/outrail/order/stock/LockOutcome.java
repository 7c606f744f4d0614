package dev.outrail.order.stock;

import java.util.List;

/**
 * What became of a request to lock.
 *
 * @param missingSkuIds what there is not enough of, ascending; empty unless that is the outcome
 */
public record LockOutcome(Kind kind, List<Long> missingSkuIds) {

  /** The kinds of outcome. */
  public enum Kind {
    /** All is locked, now or by an earlier request for the same orders. */
    LOCKED,
    /** Nothing is locked: there is not enough of something. */
    NOT_STOCK,
    /** Nothing is locked: stock-app knows one of the orders as closed. */
    ORDER_CLOSED
  }
}
