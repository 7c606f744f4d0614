package dev.outrail.stock.events;

import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.messaging.listener.OutrailListener;
import dev.outrail.stock.release.NotReleasableException;
import dev.outrail.stock.release.OrderClosed;
import dev.outrail.stock.release.ReleaseStock;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.stereotype.Component;

/** Takes closed orders from the topic to the stock. */
@Component
class OrderClosedListener {

  /** Counts deliveries of closed orders whose stock could not be released. */
  static final String NOT_RELEASABLE = "outrail.stock.not.releasable";

  private final ReleaseStock releaseStock;
  private final MeterRegistry meters;

  OrderClosedListener(ReleaseStock releaseStock, MeterRegistry meters) {
    this.releaseStock = releaseStock;
    this.meters = meters;
  }

  /** Of several, the one that is to blame comes again alone: only that is the last word. */
  @OutrailListener(
      consumer = StockConsumer.NAME,
      topics = "order-closed",
      types = "order.closed.v1")
  void release(List<ReceivedEvent<OrderClosed>> events) {
    try {
      releaseStock.apply(events);
    } catch (NotReleasableException e) {
      if (events.size() == 1) {
        meters.counter(NOT_RELEASABLE).increment();
      }
      throw new PermanentMessageException(String.valueOf(e.getMessage()), e);
    }
  }
}
