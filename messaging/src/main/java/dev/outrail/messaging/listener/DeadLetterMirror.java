package dev.outrail.messaging.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outrail.messaging.deadletter.DeadLetterListener;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.support.KafkaHeaders;

/**
 * Writes a copy of each dead letter that failed to {@code <topic>-dlt}, with the headers of Spring
 * Kafka's dead letters, for tools that look there. A copy only: it is missing where a process dies
 * or the topic does not take it, which the log says, and nobody reads it here.
 */
public final class DeadLetterMirror implements DeadLetterListener, AutoCloseable {

  /** Marks a copy, with the consumer's name. */
  static final String HEADER = "outrail_mirrored_for";

  private static final Logger log = LoggerFactory.getLogger(DeadLetterMirror.class);
  private static final String SUFFIX = "-dlt";
  private static final int MOST_MILLIS = 500;

  private final DefaultKafkaProducerFactory<String, byte[]> producers;
  private final KafkaTemplate<String, byte[]> copies;

  /**
   * @param applications tells where to send to
   */
  public DeadLetterMirror(ProducerFactory<?, ?> applications) {
    Map<String, Object> settings = new HashMap<>(applications.getConfigurationProperties());
    settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    // It sends on the thread that reads, which must not be taken for dead for the sake of a copy.
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MOST_MILLIS);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    this.producers = new DefaultKafkaProducerFactory<>(settings);
    this.copies = new KafkaTemplate<>(producers);
  }

  @Override
  public void parked(String consumer, ConsumerRecord<String, byte[]> event, Throwable cause) {
    ProducerRecord<String, byte[]> copy =
        new ProducerRecord<>(
            event.topic() + SUFFIX, null, event.key(), event.value(), event.headers());
    Headers headers = copy.headers();
    headers.add(KafkaHeaders.DLT_ORIGINAL_TOPIC, event.topic().getBytes(UTF_8));
    headers.add(
        KafkaHeaders.DLT_ORIGINAL_PARTITION,
        bytes(Integer.BYTES).putInt(event.partition()).array());
    headers.add(
        KafkaHeaders.DLT_ORIGINAL_OFFSET, bytes(Long.BYTES).putLong(event.offset()).array());
    headers.add(KafkaHeaders.DLT_EXCEPTION_FQCN, cause.getClass().getName().getBytes(UTF_8));
    headers.add(
        KafkaHeaders.DLT_EXCEPTION_MESSAGE, String.valueOf(cause.getMessage()).getBytes(UTF_8));
    headers.add(HEADER, consumer.getBytes(UTF_8));
    copies
        .send(copy)
        .whenComplete(
            (sent, failure) -> {
              if (failure != null) {
                log.warn(
                    "No copy of the dead letter {}-{}@{} in topic {}: {}",
                    event.topic(),
                    event.partition(),
                    event.offset(),
                    copy.topic(),
                    failure.toString());
              }
            });
  }

  private static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length);
  }

  @Override
  public void close() {
    producers.destroy();
  }
}
