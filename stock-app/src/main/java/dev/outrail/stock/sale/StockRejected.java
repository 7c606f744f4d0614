package dev.outrail.stock.sale;

import dev.outrail.messaging.outbox.OutboxEvent;
import tools.jackson.databind.json.JsonMapper;

/** {@code order.stock-rejected.v1}, as its schema has it. */
record StockRejected(long orderId, long payId, Reason reason) {

  static final String TOPIC = "order-stock-rejected";
  static final String TYPE = "order.stock-rejected.v1";

  /** Its own mapper: the contract must not move with the settings of the web side. */
  private static final JsonMapper JSON = JsonMapper.builder().build();

  enum Reason {
    STOCK_GONE
  }

  static OutboxEvent event(OrderPaid order) {
    return OutboxEvent.json(
        TOPIC,
        Long.toString(order.orderId()),
        TYPE,
        JSON.writeValueAsString(
            new StockRejected(order.orderId(), order.payId(), Reason.STOCK_GONE)));
  }
}
