package dev.outrail.stock.events;

import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.messaging.listener.OutrailListener;
import dev.outrail.stock.sale.NotSellableException;
import dev.outrail.stock.sale.OrderPaid;
import dev.outrail.stock.sale.SellOrder;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.stereotype.Component;

/** Takes paid orders from the topic to the stock. */
@Component
class OrderPaidListener {

  /** Counts deliveries of paid orders that could not be sold, by {@code reason}. */
  static final String NOT_SELLABLE = "outrail.stock.not.sellable";

  private final SellOrder sellOrder;
  private final MeterRegistry meters;

  OrderPaidListener(SellOrder sellOrder, MeterRegistry meters) {
    this.sellOrder = sellOrder;
    this.meters = meters;
  }

  /** Of several, the one that is to blame comes again alone: only that is the last word. */
  @OutrailListener(
      consumer = StockConsumer.NAME,
      topics = "order-notify-stock",
      types = "order.paid.v1")
  void sell(List<ReceivedEvent<OrderPaid>> events) {
    try {
      sellOrder.apply(events);
    } catch (NotSellableException e) {
      if (events.size() == 1) {
        meters.counter(NOT_SELLABLE, "reason", e.reason()).increment();
      }
      throw new PermanentMessageException(String.valueOf(e.getMessage()), e);
    }
  }
}
