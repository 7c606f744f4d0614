package dev.outrail.bench.transactionoutbox;

/** What is called after the commit; its name and arguments are what the outbox stores. */
public interface Publication {

  /** Returns when the broker has the event. */
  void publish(String key, String json);
}
