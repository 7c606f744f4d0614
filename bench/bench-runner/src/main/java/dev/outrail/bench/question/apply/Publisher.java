package dev.outrail.bench.question.apply;

import dev.outrail.bench.kit.Payment;
import dev.outrail.testbed.kafka.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Puts deliveries into a topic, with what a consumer looks at in a record of the relay. */
final class Publisher {

  private static final int KEYS = 1_000;
  private static final int BYTES = 256;

  private Publisher() {}

  /**
   * Returns when the broker has them all. A redelivery has the id of its first delivery.
   *
   * @throws IllegalStateException if one could not be sent
   */
  static void publish(Deliveries deliveries, KafkaBroker kafka, String topic) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put("linger.ms", "5");
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    byte[] @Nullable [] ids = new byte[deliveries.payments()][];
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
      for (long number : deliveries.numbers()) {
        byte[] id = ids[(int) number];
        if (id == null) {
          id = newId(number).getBytes(StandardCharsets.US_ASCII);
          ids[(int) number] = id;
        }
        var unused =
            producer.send(
                message(topic, Payment.of(number, KEYS, BYTES), id),
                (metadata, e) -> failure.compareAndSet(null, e));
      }
    }
    Exception first = failure.get();
    if (first != null) {
      throw new IllegalStateException("Writing to " + topic, first);
    }
  }

  private static ProducerRecord<String, byte[]> message(String topic, Payment payment, byte[] id) {
    ProducerRecord<String, byte[]> message =
        new ProducerRecord<>(
            topic, Long.toString(payment.key()), payment.json().getBytes(StandardCharsets.UTF_8));
    message.headers().add("id", id);
    return message;
  }

  /** A UUIDv7 that rises with the number as those of an outbox rise with time. */
  private static String newId(long number) {
    long time = System.currentTimeMillis() << 16 | 0x7000 | (number & 0xfff);
    long random = ThreadLocalRandom.current().nextLong() >>> 2 | 1L << 63;
    return new UUID(time, random).toString();
  }
}
