package dev.outrail.bench.question.flow;

/** What a payment passes on its way, in this order. */
enum Hop {
  /** The payment and its event are committed. Known by the payment's number. */
  PAID("hop1_rest_to_commit"),
  /** Its event can be read from Kafka. Known by the payment's number. */
  PAID_VISIBLE("hop2_commit_to_visible"),
  /** The order is paid, and the event of that is there, committed. Known by the order's number. */
  ORDER_PAID("hop3_visible_to_order_paid"),
  /** The order's event can be read from Kafka. Known by the order's number. */
  ORDER_PAID_VISIBLE("hop4_order_paid_to_visible"),
  /** The stock is sold, committed. Known by the order's number. */
  SOLD("hop5_visible_to_sold");

  private final String metric;

  Hop(String metric) {
    this.metric = metric;
  }

  /** The time since the hop before, or since the request was due. */
  String metric() {
    return metric;
  }
}
