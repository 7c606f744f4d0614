package dev.outrail.bench.measure;

import dev.outrail.bench.kit.Micros;
import dev.outrail.testbed.kafka.KafkaBroker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A {@code read_committed} reader of one topic, which notes when it saw each payment's event for
 * the first time. It reads in a thread of its own; thread-safe.
 */
public final class Arrivals implements AutoCloseable {

  private final Correctness seen = new Correctness();
  private final TopicReader reader;
  private long first;
  private long last;

  private Arrivals(KafkaBroker kafka, String topic) {
    this.reader = TopicReader.fromNow(kafka, List.of(topic), this::note);
  }

  /** Reads what comes into an existing topic from now on. */
  public static Arrivals of(KafkaBroker kafka, String topic) {
    return new Arrivals(kafka, topic);
  }

  private synchronized void note(Iterable<ConsumerRecord<byte[], byte[]>> records, long now) {
    for (ConsumerRecord<byte[], byte[]> one : records) {
      seen.saw(EventText.seq(one.value()), EventText.key(one.value()), now);
    }
    first = first == 0 ? now : first;
    last = now;
  }

  /**
   * Waits until that many different events have been seen.
   *
   * @param atMost in all
   * @param silence gives up when nothing came for so long
   * @return whether they have
   * @throws IllegalStateException if reading failed
   */
  public boolean await(long distinct, Duration atMost, Duration silence) {
    long begun = Micros.now();
    while (true) {
      long now = Micros.now();
      reader.requireReading();
      synchronized (this) {
        if (seen.distinct() >= distinct) {
          return true;
        }
        if (now - begun > micros(atMost) || now - Math.max(begun, last) > micros(silence)) {
          return false;
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private static long micros(Duration duration) {
    return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
  }

  /** When the payment's event was first seen, in microseconds since 1970; 0 if it was not. */
  public synchronized long firstSeen(long seq) {
    return seen.firstSeen(seq);
  }

  /** When the first event at all was seen; 0 if none was. */
  public synchronized long first() {
    return first;
  }

  /** When the last event so far was seen; 0 if none was. */
  public synchronized long last() {
    return last;
  }

  public synchronized long distinct() {
    return seen.distinct();
  }

  public synchronized long duplicates() {
    return seen.duplicates();
  }

  public synchronized long reordered() {
    return seen.reordered();
  }

  @Override
  public void close() {
    reader.close();
  }
}
