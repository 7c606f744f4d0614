package dev.outrail.order.events;

/** Under which names this application reads; other ones would apply every event again. */
final class Consumer {

  /** In the inbox. */
  static final String INBOX = "order-app";

  /** The consumer group of all listeners. */
  static final String GROUP = "order-app";

  private Consumer() {}
}
