package dev.outrail.stock.sale;

import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.stock.LockStatus;
import dev.outrail.stock.ledger.HeldStock;
import dev.outrail.stock.ledger.StockCount;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The paid orders of one transaction, decided one after the other in memory. */
final class Sale {

  private static final Logger log = LoggerFactory.getLogger(Sale.class);

  private final Map<Long, List<HeldStock>> heldByOrder;
  private final StockCount count;
  private final SortedSet<Long> sold = new TreeSet<>();
  private final SortedMap<Long, Long> rejected = new TreeMap<>();
  private final List<OutboxEvent> rejections = new ArrayList<>();
  private int locksToUse;
  private int locksOfRejected;

  /** Both taken until the transaction ends. */
  Sale(Collection<HeldStock> held, StockCount count) {
    this.heldByOrder =
        held.stream()
            .collect(Collectors.groupingBy(HeldStock::orderId, HashMap::new, Collectors.toList()));
    this.count = count;
  }

  /**
   * @throws NotSellableException if the order can be neither sold nor rejected
   */
  void decide(ReceivedEvent<OrderPaid> event) {
    OrderPaid order = event.payload();
    List<HeldStock> held = heldByOrder.getOrDefault(order.orderId(), List.of());
    Verdict verdict = Verdict.on(held, order.payId(), count);
    switch (verdict) {
      case SELL -> sell(order, held);
      case REJECT -> reject(event, held);
      case ALREADY_SOLD -> log.info("The stock of order {} is sold already", order.orderId());
      case ALREADY_REJECTED ->
          log.info("Payment {} of order {} was rejected before", order.payId(), order.orderId());
      case NOTHING_HELD, STOCK_DIFFERS -> throw new NotSellableException(order, verdict);
    }
  }

  private void sell(OrderPaid order, List<HeldStock> held) {
    List<HeldStock> used = new ArrayList<>(held.size());
    boolean late = false;
    for (HeldStock lock : held) {
      switch (lock.status()) {
        case LOCKED -> count.sellHeld(lock.skuId(), lock.count());
        case RELEASED -> {
          count.sellFree(lock.skuId(), lock.count());
          late = true;
        }
        case USED -> locksToUse--;
      }
      locksToUse++;
      used.add(
          new HeldStock(
              lock.orderId(), lock.skuId(), lock.count(), LockStatus.USED, lock.rejectedPayId()));
    }
    if (late) {
      log.info(
          "Order {} was paid late by payment {}: its stock was still there",
          order.orderId(),
          order.payId());
    }
    sold.add(order.orderId());
    heldByOrder.put(order.orderId(), used);
  }

  private void reject(ReceivedEvent<OrderPaid> event, List<HeldStock> held) {
    OrderPaid order = event.payload();
    log.info(
        "Order {} was paid late by payment {}: its stock is gone, the payment is rejected",
        order.orderId(),
        order.payId());
    if (rejected.put(order.orderId(), order.payId()) == null) {
      locksOfRejected += held.size();
    }
    rejections.add(StockRejected.event(order).inTrace(event.event().trace()));
    heldByOrder.put(
        order.orderId(),
        held.stream()
            .map(
                lock ->
                    new HeldStock(
                        lock.orderId(), lock.skuId(), lock.count(), lock.status(), order.payId()))
            .toList());
  }

  StockCount count() {
    return count;
  }

  /** Orders whose locks become used. */
  SortedSet<Long> sold() {
    return sold;
  }

  int locksToUse() {
    return locksToUse;
  }

  /** The rejected payment by order. */
  SortedMap<Long, Long> rejected() {
    return rejected;
  }

  int locksOfRejected() {
    return locksOfRejected;
  }

  List<OutboxEvent> rejections() {
    return rejections;
  }
}
