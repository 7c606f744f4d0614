package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.inbox.InboxPurge;
import dev.outrail.messaging.listener.EventListeners;
import dev.outrail.messaging.retention.InboxRetention;
import dev.outrail.messaging.retention.RelayHorizon;
import dev.outrail.messaging.retention.ReplayHorizon;
import dev.outrail.messaging.retention.ReplayHorizonSource;
import dev.outrail.messaging.retention.RetentionGuard;
import dev.outrail.messaging.retention.TopicHorizon;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.listener.MessageListenerContainer;

/** Purges the inbox if {@code outrail.messaging.inbox.retention} is set, and guards it. */
@AutoConfiguration(
    after = {MessagingAutoConfiguration.class, ListenerAutoConfiguration.class},
    afterName = {
      "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
      "org.springframework.boot.autoconfigure.kafka.KafkaAutoConfiguration" // Spring Boot 3
    })
@ConditionalOnClass(MessageListenerContainer.class)
@ConditionalOnProperty("outrail.messaging.inbox.retention")
@EnableConfigurationProperties(InboxProperties.class)
public class RetentionAutoConfiguration {

  @Bean
  @ConditionalOnSingleCandidate(DataSource.class)
  @ConditionalOnBean({KafkaAdmin.class, ConsumerFactory.class})
  InboxRetention outrailInboxRetention(
      InboxProperties properties,
      DataSource dataSource,
      ListableBeanFactory beans,
      ObjectProvider<EventListeners> listeners,
      ConsumerFactory<?, ?> consumers,
      KafkaAdmin admin,
      ObjectProvider<ReplayHorizonSource> more) {
    Duration retention = Objects.requireNonNull(properties.retention());
    List<ReplayHorizonSource> sources = new ArrayList<>();
    sources.add(relay(properties));
    sources.add(
        () -> {
          List<ReplayHorizon> horizons = new ArrayList<>();
          for (ReplayHorizonSource topic : topics(listeners, consumers, admin)) {
            horizons.addAll(topic.read());
          }
          return horizons;
        });
    more.orderedStream().forEach(sources::add);
    return new InboxRetention(
        retention,
        properties.retentionForForeignIds(),
        properties.purgeInterval(),
        new RetentionGuard(retention, sources),
        new InboxPurge(JdbcClient.create(dataSource), OwnTransactionManager.of(dataSource, beans)));
  }

  private static ReplayHorizonSource relay(InboxProperties properties) {
    URI url = properties.relayUrl();
    if (url != null) {
      return new RelayHorizon(url);
    }
    Duration stated = Objects.requireNonNull(properties.relayReplayHorizon());
    return () ->
        List.of(
            ReplayHorizon.publishedAgain(
                "the relay can replay %s (outrail.messaging.inbox.relay-replay-horizon)"
                    .formatted(stated),
                stated));
  }

  /** Asked each time: listeners may be registered late. */
  private static List<ReplayHorizonSource> topics(
      ObjectProvider<EventListeners> listeners, ConsumerFactory<?, ?> consumers, KafkaAdmin admin) {
    List<ReplayHorizonSource> sources = new ArrayList<>();
    EventListeners reading = listeners.getIfAvailable();
    if (reading == null) {
      return sources;
    }
    for (MessageListenerContainer container : reading.containers()) {
      String[] topics = container.getContainerProperties().getTopics();
      for (String topic : topics == null ? new String[0] : topics) {
        String group = String.valueOf(container.getGroupId());
        sources.add(
            new TopicHorizon(
                topic,
                group,
                admin.getConfigurationProperties(),
                () -> consumers.createConsumer(group, "inbox-retention", null, watching()),
                InstantSource.system()));
      }
    }
    return sources;
  }

  private static Properties watching() {
    Properties own = new Properties();
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
    return own;
  }
}
