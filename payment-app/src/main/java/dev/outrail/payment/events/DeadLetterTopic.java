package dev.outrail.payment.events;

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
 * Where rejections are parked that can never be applied. The topic is made as soon as the broker
 * hands out partitions, not at the start: nothing may wait for a broker there.
 */
@Configuration(proxyBeanMethods = false)
class DeadLetterTopic {

  private static final Logger log = LoggerFactory.getLogger(DeadLetterTopic.class);

  @Bean
  NewTopic deadLetters() {
    return TopicBuilder.name(OrderPayRejectedListener.TOPIC + ListenerErrors.DEAD_LETTER_SUFFIX)
        .build();
  }

  @Bean
  ConsumerAwareRebalanceListener topicBeforeDeadLetters(KafkaAdmin admin) {
    return new ConsumerAwareRebalanceListener() {
      @Override
      public void onPartitionsAssigned(
          Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        try {
          admin.initialize();
        } catch (IllegalStateException e) {
          log.warn("No dead letter topic; what belongs there is tried again until it is made", e);
        }
      }
    };
  }
}
