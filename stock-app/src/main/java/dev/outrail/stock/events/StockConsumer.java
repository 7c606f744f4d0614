package dev.outrail.stock.events;

/** Who applies events here. */
final class StockConsumer {

  /**
   * The consumer group, and this application's name in the inbox; another one would apply every
   * event again.
   */
  static final String NAME = "stock-app";

  private StockConsumer() {}
}
