package dev.outrail.bench.question.flow;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** When a payment or an order was first seen at each hop, and how often more. Thread-safe. */
final class Sightings {

  private final Map<Hop, Map<Long, Long>> first = new EnumMap<>(Hop.class);
  private final Map<Long, Long> paymentOfOrder = new ConcurrentHashMap<>();
  private final AtomicLong repeated = new AtomicLong();

  Sightings() {
    for (Hop hop : Hop.values()) {
      first.put(hop, new ConcurrentHashMap<>());
    }
  }

  /**
   * @param id of the payment or the order, as the hop says
   * @param micros when, since 1970
   */
  void saw(Hop hop, long id, long micros) {
    if (at(hop).putIfAbsent(id, micros) != null) {
      repeated.incrementAndGet();
    }
  }

  void paidBy(long orderId, long payId) {
    paymentOfOrder.put(orderId, payId);
  }

  /** How many have come as far as that. */
  int count(Hop hop) {
    return at(hop).size();
  }

  /** How often something was seen at a hop that had been there before. */
  long repeated() {
    return repeated.get();
  }

  /** When the order, or the payment that paid it, was at that hop; null if it was not seen. */
  @Nullable Long of(Hop hop, long orderId) {
    return switch (hop) {
      case PAID, PAID_VISIBLE -> {
        Long payId = paymentOfOrder.get(orderId);
        yield payId == null ? null : at(hop).get(payId);
      }
      case ORDER_PAID, ORDER_PAID_VISIBLE, SOLD -> at(hop).get(orderId);
    };
  }

  private Map<Long, Long> at(Hop hop) {
    Map<Long, Long> times = first.get(hop);
    if (times == null) {
      throw new IllegalArgumentException(hop.name());
    }
    return times;
  }
}
