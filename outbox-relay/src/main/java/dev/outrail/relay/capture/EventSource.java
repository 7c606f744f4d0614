package dev.outrail.relay.capture;

import java.time.Duration;
import java.util.List;

/** What is published: a reading of the binlog. For one thread. */
public interface EventSource extends AutoCloseable {

  /**
   * Takes what has been read since the last call, in binlog order. Returns as soon as there is
   * anything, else when the wait is over.
   */
  List<CapturedEvent> take(int maxEvents, long maxBytes, Duration wait) throws InterruptedException;

  /** Gives the reading a moment to go on; returns early once {@code count} events wait. */
  void gather(int count, Duration atMost) throws InterruptedException;

  /** Events read and not yet taken. */
  int waiting();

  /** Whether the binlog connection stands. */
  boolean connected();

  @Override
  void close();
}
