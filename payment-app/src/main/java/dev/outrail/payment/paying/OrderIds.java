package dev.outrail.payment.paying;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import dev.outrail.payment.payment.OrderId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads lists of order ids; every other part of this application can rely on what it lets pass. */
@Component
final class OrderIds {

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");

  private final int most;

  OrderIds(PayingProperties properties) {
    this.most = properties.maxOrdersPerPayment();
  }

  /**
   * From a request's body.
   *
   * @throws ApiException INVALID_ARGUMENT if the list is missing, empty, too long, or has something
   *     else than an id, or one twice
   */
  SortedSet<OrderId> of(@Nullable List<@Nullable Long> given) {
    if (given == null || given.isEmpty()) {
      throw invalid("orderIds must list at least one order");
    }
    requireAtMost(given.size());
    if (given.stream().anyMatch(Objects::isNull)) {
      throw invalid("orderIds must not contain null");
    }
    SortedSet<OrderId> ids = new TreeSet<>();
    for (@Nullable Long id : given) {
      add(ids, Objects.requireNonNull(id));
    }
    return ids;
  }

  /**
   * From a comma-joined text.
   *
   * @throws ApiException as in {@link #of}
   */
  SortedSet<OrderId> parse(String joined) {
    List<String> texts = Arrays.asList(joined.split(",", -1));
    requireAtMost(texts.size());
    List<@Nullable Long> numbers = new ArrayList<>();
    for (String text : texts) {
      numbers.add(number(text));
    }
    return of(numbers);
  }

  private static long number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw invalid(
          "orderIds must be whole numbers joined by commas, '%s' is none"
              .formatted(text.length() > 30 ? text.substring(0, 30) + "..." : text));
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw invalid("orderIds: " + text + " is too large");
    }
  }

  private static void add(SortedSet<OrderId> ids, long number) {
    if (number < 1) {
      throw invalid("orderIds must be 1 or more, not " + number);
    }
    if (!ids.add(new OrderId(number))) {
      throw invalid("orderIds names order " + number + " twice");
    }
  }

  private void requireAtMost(int count) {
    if (count > most) {
      throw invalid("orderIds has %d orders, at most %d are allowed".formatted(count, most));
    }
  }

  private static ApiException invalid(String message) {
    return new ApiException(ResultCode.INVALID_ARGUMENT, message);
  }
}
