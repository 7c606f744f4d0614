package dev.outrail.order.events;

import dev.outrail.messaging.kafka.ListenerErrors;
import java.util.Collection;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/**
 * Where messages go that can never be applied. Made when the first partitions are assigned: later
 * than the start, which must not wait for a broker, and before the first message is read.
 */
@Configuration(proxyBeanMethods = false)
class DeadLetterTopic {

  private static final Logger log = LoggerFactory.getLogger(DeadLetterTopic.class);

  /** Partitions and replicas as the broker's defaults say. */
  @Bean
  NewTopic deadLetters() {
    return TopicBuilder.name(PaymentListener.TOPIC + ListenerErrors.DEAD_LETTER_SUFFIX).build();
  }

  @Bean
  ConsumerAwareRebalanceListener deadLettersBeforeMessages(KafkaAdmin admin) {
    return new ConsumerAwareRebalanceListener() {
      @Override
      public void onPartitionsAssigned(
          Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        create(admin);
      }
    };
  }

  /** Without the topic nothing is lost: a message that belongs there is tried again and again. */
  private static void create(KafkaAdmin admin) {
    try {
      admin.initialize();
    } catch (IllegalStateException e) {
      log.warn("Cannot create the dead letter topic; it is tried again at the next rebalance", e);
    }
  }
}
