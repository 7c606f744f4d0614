package dev.outrail.relay.publish;

import dev.outrail.relay.position.Memory;
import dev.outrail.relay.position.PositionTopic;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * What a Kafka cluster says of itself and of the relay's rights; asking changes nothing there.
 *
 * @param transactionVersion the finalized level of the feature {@code transaction.version}
 * @param missingRights what the client may not do with topics that are there, and with those that
 *     it may not even see, by topic; all in Kafka's own words
 * @param deniedIds transactional ids that it may not use
 */
public record KafkaFacts(
    int brokers,
    int transactionVersion,
    Map<String, Set<String>> missingRights,
    List<String> deniedIds) {

  /** Kafka creates it when somebody asks who coordinates a transactional id. */
  private static final String TRANSACTIONS = "__transaction_state";

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Set<AclOperation> READ_AND_WRITTEN =
      Set.of(
          AclOperation.READ,
          AclOperation.WRITE,
          AclOperation.DESCRIBE,
          AclOperation.DESCRIBE_CONFIGS);

  private static final Set<AclOperation> WRITTEN =
      Set.of(AclOperation.WRITE, AclOperation.DESCRIBE);

  /**
   * Asks.
   *
   * @param eventTopics those that are known
   * @throws TransientException if there is no answer
   * @throws dev.outrail.relay.problem.RefusedException if Kafka's clients cannot be made of the
   *     settings
   */
  public static KafkaFacts ask(PublisherSettings settings, Collection<String> eventTopics) {
    Map<String, Object> properties = new HashMap<>(settings.clientProperties());
    properties.put("default.api.timeout.ms", (int) PATIENCE.toMillis());
    properties.put("request.timeout.ms", 5_000);
    try (Admin admin = Admin.create(properties)) {
      return new Asking(admin, settings).ask(eventTopics);
    } catch (ExecutionException | KafkaException e) {
      throw PublishFailures.classify(
          e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e,
          "Kafka at %s (check kafka.bootstrap.servers and that the broker runs)"
              .formatted(settings.client().get("bootstrap.servers")));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException("Interrupted", e);
    }
  }

  /** Makes the producers and gives them up again. Throws as {@link #ask}. */
  public static void tryProducers(PublisherSettings settings) {
    try {
      AlternatingProducers.create(settings).close();
    } catch (KafkaException e) {
      throw PublishFailures.classify(e, "Making the producers");
    }
  }

  /**
   * What the relays of the name remember; waits for nobody's open transaction.
   *
   * @return null if there is no position topic yet
   * @throws TransientException if Kafka does not answer
   * @throws HaltException if the topic would forget positions, or a record cannot be understood
   */
  public static @Nullable Memory peek(PublisherSettings settings) {
    try (Topics topics =
        new Topics(
            settings.clientProperties(),
            settings.topics(),
            settings.positionTopic(),
            Set.of(),
            PATIENCE)) {
      if (!topics.positionTopicIsThere()) {
        return null;
      }
    }
    try (PositionTopic positions =
        new PositionTopic(
            settings.positionTopic(),
            settings.relayName(),
            settings.clientProperties(),
            PATIENCE)) {
      positions.catchUp(PATIENCE);
      return positions.follow(Duration.ZERO);
    }
  }

  private record Asking(Admin admin, PublisherSettings settings) {

    KafkaFacts ask(Collection<String> eventTopics) throws ExecutionException, InterruptedException {
      var nodes = admin.describeCluster().nodes();
      var features = admin.describeFeatures().featureMetadata();
      Map<String, Set<AclOperation>> needed = needed(eventTopics);
      var topics =
          admin
              .describeTopics(
                  needed.keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
              .topicNameValues();
      int brokers = nodes.get().size();
      var level = features.get().finalizedFeatures().get("transaction.version");
      Map<String, Set<String>> missing = new LinkedHashMap<>();
      for (Map.Entry<String, Set<AclOperation>> one : needed.entrySet()) {
        Set<AclOperation> lacking = lacking(topics.get(one.getKey()), one.getValue());
        if (!lacking.isEmpty()) {
          missing.put(
              one.getKey(),
              lacking.stream()
                  .map(AclOperation::toString)
                  .sorted()
                  .collect(Collectors.toCollection(LinkedHashSet::new)));
        }
      }
      return new KafkaFacts(
          brokers,
          level == null ? 0 : level.maxVersionLevel(),
          missing,
          isMissing(topics.get(TRANSACTIONS)) ? List.of() : deniedIds());
    }

    private List<String> deniedIds() throws ExecutionException, InterruptedException {
      var ids = admin.describeTransactions(settings.transactionalIds());
      List<String> denied = new ArrayList<>();
      for (String id : settings.transactionalIds()) {
        if (isDenied(ids.description(id))) {
          denied.add(id);
        }
      }
      return denied;
    }

    private static boolean isMissing(@Nullable KafkaFuture<TopicDescription> topic)
        throws InterruptedException {
      try {
        return topic == null || topic.get() == null;
      } catch (ExecutionException e) {
        return e.getCause() instanceof UnknownTopicOrPartitionException;
      }
    }

    private Map<String, Set<AclOperation>> needed(Collection<String> eventTopics) {
      Map<String, Set<AclOperation>> needed = new LinkedHashMap<>();
      needed.put(settings.positionTopic(), READ_AND_WRITTEN);
      needed.put(settings.quarantineTopic(), READ_AND_WRITTEN);
      needed.put(settings.auditTopic(), WRITTEN);
      eventTopics.forEach(topic -> needed.putIfAbsent(topic, WRITTEN));
      needed.put(TRANSACTIONS, Set.of());
      return needed;
    }

    /** Whether a topic that is not there may be created cannot be asked. */
    private static Set<AclOperation> lacking(
        @Nullable KafkaFuture<TopicDescription> topic, Set<AclOperation> needed)
        throws ExecutionException, InterruptedException {
      try {
        Set<AclOperation> allowed = topic == null ? null : topic.get().authorizedOperations();
        if (allowed == null) {
          return Set.of();
        }
        return needed.stream()
            .filter(operation -> !allowed.contains(operation))
            .collect(Collectors.toSet());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof TopicAuthorizationException) {
          return needed;
        }
        if (e.getCause() instanceof UnknownTopicOrPartitionException) {
          return Set.of();
        }
        throw e;
      }
    }

    private static boolean isDenied(KafkaFuture<?> id)
        throws ExecutionException, InterruptedException {
      try {
        id.get();
        return false;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof TransactionalIdNotFoundException) {
          return false;
        }
        if (e.getCause() instanceof TransactionalIdAuthorizationException) {
          return true;
        }
        throw e;
      }
    }
  }
}
