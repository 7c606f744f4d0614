package dev.outrail.order.submit;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is to be bought, checked as far as that goes without the database.
 *
 * @param counts pieces by sku id
 */
record WantedItems(SortedMap<Long, Integer> counts) {

  private static final int MOST_SKUS = 100;
  private static final int MOST_PIECES = 1_000;

  /**
   * From a request's body.
   *
   * @throws ApiException INVALID_ARGUMENT if the list is missing, empty or too long, or has
   *     something else than a sku with a count, or a sku twice
   */
  static WantedItems of(SubmitRequest request) {
    List<SubmitRequest.@Nullable Item> items = request.items();
    if (items == null || items.isEmpty() || items.size() > MOST_SKUS) {
      throw invalid("items must list 1 to %d skus".formatted(MOST_SKUS));
    }
    SortedMap<Long, Integer> counts = new TreeMap<>();
    for (SubmitRequest.@Nullable Item item : items) {
      if (item == null || item.skuId() == null || item.count() == null) {
        throw invalid("each of items needs a skuId and a count");
      }
      if (item.count() < 1 || item.count() > MOST_PIECES) {
        throw invalid(
            "count of sku %d must be 1 to %d, not %d"
                .formatted(item.skuId(), MOST_PIECES, item.count()));
      }
      if (counts.put(item.skuId(), item.count()) != null) {
        throw invalid("items names sku %d twice".formatted(item.skuId()));
      }
    }
    return new WantedItems(counts);
  }

  /** The same for the same items, whatever their order was. */
  byte[] hash() {
    String canonical =
        counts.entrySet().stream()
            .map(item -> item.getKey() + ":" + item.getValue())
            .collect(Collectors.joining(","));
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(canonical.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
  }

  private static ApiException invalid(String message) {
    return new ApiException(ResultCode.INVALID_ARGUMENT, message);
  }
}
