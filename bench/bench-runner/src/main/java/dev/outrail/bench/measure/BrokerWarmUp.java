package dev.outrail.bench.measure;

import dev.outrail.bench.kit.Micros;
import dev.outrail.testbed.kafka.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Keeps a new broker busy with what contenders will ask of it, one event at a time, with
 * transactions and without: its JVM compiles the code for that as it runs, and whoever is measured
 * first would pay for it.
 */
public final class BrokerWarmUp {

  private static final String TOPIC = "warm-up";
  private static final int KEYS = 100;

  private BrokerWarmUp() {}

  /** Does it for that long. */
  public static void of(KafkaBroker kafka, Duration duration) {
    if (duration.isZero()) {
      return;
    }
    kafka.createTopic(TOPIC, Stage.PARTITIONS);
    long end = Micros.now() + TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
    try (Arrivals arrivals = Arrivals.of(kafka, TOPIC);
        Producer<byte[], byte[]> plain = producer(kafka, Map.of());
        Producer<byte[], byte[]> first = transactional(kafka, "1");
        Producer<byte[], byte[]> second = transactional(kafka, "2")) {
      long sent = 0;
      while (Micros.now() < end) {
        for (Producer<byte[], byte[]> producer : List.of(first, second)) {
          producer.beginTransaction();
          producer.send(record(sent++));
          producer.commitTransaction();
        }
        plain.send(record(sent++));
        plain.flush();
      }
      arrivals.await(sent, Duration.ofSeconds(30), Duration.ofSeconds(10));
    }
  }

  private static Producer<byte[], byte[]> transactional(KafkaBroker kafka, String number) {
    Producer<byte[], byte[]> made = producer(kafka, Map.of("transactional.id", TOPIC + number));
    made.initTransactions();
    return made;
  }

  private static Producer<byte[], byte[]> producer(KafkaBroker kafka, Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static ProducerRecord<byte[], byte[]> record(long seq) {
    long payer = seq % KEYS;
    String value =
        "{\"seq\":%d,\"key\":%d,\"filler\":\"%s\"}".formatted(seq, payer, "x".repeat(200));
    byte[] key = Long.toString(payer).getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(TOPIC, key, value.getBytes(StandardCharsets.UTF_8));
  }
}
