package dev.outrail.bench.atleastonce;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outrail.relay.RunRule;
import dev.outrail.relay.capture.CapturedEvent;
import dev.outrail.relay.capture.EventSource;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.position.PositionTracker;
import dev.outrail.relay.publish.RecordMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * From captured events to acknowledged records. For each run, in this order:
 *
 * <ol>
 *   <li>sends the rows and waits until all of them are acknowledged; a crash here repeats some;
 *   <li>sends the position behind them and does not wait: the next run's wait covers it. A crash
 *       here repeats the run.
 * </ol>
 */
final class Carrier {

  // the relay's defaults
  private static final int MAX_EVENTS = 2_000;
  private static final long MAX_BYTES = 8L << 20;
  private static final Duration GATHER = Duration.ofMillis(5);
  private static final Duration TURN = Duration.ofMillis(250);

  private final EventSource source;
  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final String positionTopic;
  private final RunRule rule = new RunRule(MAX_EVENTS);
  private final RecordMapper mapper = new RecordMapper("/outrail/{schema}");
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  Carrier(
      EventSource source, Producer<byte[], byte[]> producer, String topic, String positionTopic) {
    this.source = source;
    this.producer = producer;
    this.topic = topic;
    this.positionTopic = positionTopic;
  }

  /**
   * Carries until the reading or Kafka fails.
   *
   * @param completed where the reading began
   */
  void run(String completed) throws InterruptedException {
    PositionTracker tracker = new PositionTracker(Position.at(completed));
    Duration lateness = Duration.ZERO;
    while (true) {
      if (rule.gather(source.waiting())) {
        source.gather(MAX_EVENTS, GATHER);
      }
      List<CapturedEvent> events = source.take(MAX_EVENTS, MAX_BYTES, TURN);
      rule.took(events.size(), lateness);
      lateness = publish(events, tracker, lateness);
    }
  }

  private Duration publish(
      List<CapturedEvent> events, PositionTracker tracker, Duration latenessSoFar) {
    Instant committedAt = null;
    for (CapturedEvent event : events) {
      if (event instanceof CapturedEvent.Beat beat) {
        tracker.advance(beat);
      } else if (event instanceof CapturedEvent.Row row && tracker.advance(row)) {
        send(routed(mapper.map(row.row(), row.committedAt())));
        committedAt = row.committedAt();
      }
    }
    if (committedAt == null) {
      return latenessSoFar;
    }
    producer.flush();
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("Kafka did not take a run", failed);
    }
    Instant now = Instant.now();
    send(
        new ProducerRecord<>(
            positionTopic, topic.getBytes(UTF_8), tracker.current().toString().getBytes(UTF_8)));
    return Duration.between(committedAt, now);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback says the same
  private void send(ProducerRecord<byte[], byte[]> record) {
    producer.send(
        record,
        (metadata, e) -> {
          if (e != null) {
            failure.set(e);
          }
        });
  }

  private ProducerRecord<byte[], byte[]> routed(ProducerRecord<byte[], byte[]> record) {
    return new ProducerRecord<>(
        topic, null, record.timestamp(), record.key(), record.value(), record.headers());
  }
}
