package dev.outrail.bench.question.flow;

import dev.outrail.bench.measure.TopicReader;
import dev.outrail.testbed.kafka.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads what is committed to the two topics from now on, in a thread of its own. */
record TopicTail(TopicReader reader) implements AutoCloseable {

  private static final Map<String, Hop> TOPICS =
      Map.of("order-notify", Hop.PAID_VISIBLE, "order-notify-stock", Hop.ORDER_PAID_VISIBLE);

  /** Both topics exist. */
  static TopicTail fromNow(KafkaBroker kafka, Sightings sightings) {
    return new TopicTail(
        TopicReader.fromNow(kafka, TOPICS.keySet(), (records, at) -> note(records, at, sightings)));
  }

  private static void note(
      Iterable<ConsumerRecord<byte[], byte[]>> records, long at, Sightings sightings) {
    for (ConsumerRecord<byte[], byte[]> one : records) {
      Hop hop = TOPICS.get(one.topic());
      if (hop != null) {
        sightings.saw(hop, Long.parseLong(new String(one.key(), StandardCharsets.UTF_8)), at);
      }
    }
  }

  /**
   * @throws IllegalStateException if reading has failed
   */
  void requireReading() {
    reader.requireReading();
  }

  @Override
  public void close() {
    reader.close();
  }
}
