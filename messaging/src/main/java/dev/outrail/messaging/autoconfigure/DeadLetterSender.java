package dev.outrail.messaging.autoconfigure;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

/**
 * Sends dead letters as the application's own producers would, but for their size: what was read
 * has to be sent, however large it is. Whether it may be as large is the topic's decision.
 *
 * <p>Producers that are transactional stay the application's own, and so does their limit: a
 * listener's Kafka transaction is bound to them.
 */
final class DeadLetterSender implements AutoCloseable {

  /** As much as a broker takes in one request, unless told otherwise. */
  private static final int LARGEST = 100 * 1024 * 1024;

  private static final Map<String, Object> ROOM =
      Map.of(
          ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
          LARGEST,
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          2L * LARGEST);

  private final @Nullable DefaultKafkaProducerFactory<?, ?> own;
  private final KafkaOperations<?, ?> operations;

  DeadLetterSender(ProducerFactory<?, ?> applications) {
    this.own =
        applications instanceof DefaultKafkaProducerFactory<?, ?> copied
                && !copied.transactionCapable()
                && copied.copyWithConfigurationOverride(ROOM)
                    instanceof DefaultKafkaProducerFactory<?, ?> copy
            ? copy
            : null;
    this.operations = own == null ? new KafkaTemplate<>(applications) : new KafkaTemplate<>(own);
  }

  KafkaOperations<?, ?> operations() {
    return operations;
  }

  @Override
  public void close() {
    if (own != null) {
      own.destroy();
    }
  }
}
