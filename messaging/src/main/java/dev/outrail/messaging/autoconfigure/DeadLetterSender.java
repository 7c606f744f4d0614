package dev.outrail.messaging.autoconfigure;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

/**
 * Sends dead letters as the application's own producers would, but for their size: what was read
 * has to be sent, however large it is. Whether it may be as large is the topic's decision.
 */
final class DeadLetterSender implements AutoCloseable {

  /** As much as a broker takes in one request, unless told otherwise. */
  private static final int LARGEST = 100 * 1024 * 1024;

  private final ProducerFactory<?, ?> producers;
  private final KafkaOperations<?, ?> operations;

  DeadLetterSender(ProducerFactory<?, ?> applications) {
    this.producers =
        applications instanceof DefaultKafkaProducerFactory
            ? applications.copyWithConfigurationOverride(
                Map.of(
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    LARGEST,
                    ProducerConfig.BUFFER_MEMORY_CONFIG,
                    2L * LARGEST))
            : applications;
    this.operations = new KafkaTemplate<>(producers);
  }

  KafkaOperations<?, ?> operations() {
    return operations;
  }

  @Override
  public void close() {
    if (producers instanceof DefaultKafkaProducerFactory<?, ?> own) {
      own.destroy();
    }
  }
}
