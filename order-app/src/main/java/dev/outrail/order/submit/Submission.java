package dev.outrail.order.submit;

import java.util.Arrays;
import java.util.List;

/**
 * A purchase as it was first asked for.
 *
 * @param requestHash of the items
 * @param orderIds the orders it became, ascending
 * @param missingSkuIds what there was not enough of, if that was its end
 */
@SuppressWarnings("ArrayRecordComponent")
record Submission(byte[] requestHash, List<Long> orderIds, List<Long> missingSkuIds) {

  boolean isFor(WantedItems items) {
    return Arrays.equals(requestHash, items.hash());
  }
}
