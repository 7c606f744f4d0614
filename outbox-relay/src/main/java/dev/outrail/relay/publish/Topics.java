package dev.outrail.relay.publish;

import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.TransientException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that topics exist before anything is sent to them. Not thread-safe. */
public final class Topics implements AutoCloseable {

  /**
   * A relay reads the topic from its beginning when it starts, and writes to it with each
   * transaction: it must stay short. Kafka never compacts the segment that is being written, and
   * keeps the markers of transactions for the retention of deletes.
   */
  private static final Map<String, String> OFTEN_COMPACTED =
      Map.of(
          "cleanup.policy", "compact",
          "segment.bytes", "2097152",
          "segment.ms", "3600000",
          "min.cleanable.dirty.ratio", "0.1",
          "delete.retention.ms", "60000");

  /** So begin the names of the topics that relays keep for themselves, unless set otherwise. */
  private static final String RELAYS = "outrail-relay-";

  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,249}");

  private static final Logger log = LoggerFactory.getLogger(Topics.class);

  private final Admin admin;
  private final TopicSettings settings;
  private final String positionTopic;
  private final Set<String> own;
  private final Duration timeout;
  private final Set<String> known = new HashSet<>();
  private @Nullable String lastKnown;
  private final Map<String, Problem> absent = new HashMap<>();
  private final Set<String> denied = new HashSet<>();

  public Topics(
      Map<String, Object> client,
      TopicSettings settings,
      String positionTopic,
      Set<String> otherOwnTopics,
      Duration timeout) {
    Map<String, Object> properties = new HashMap<>(client);
    properties.put("default.api.timeout.ms", (int) timeout.toMillis());
    properties.put("request.timeout.ms", (int) Math.min(timeout.toMillis(), 5_000));
    this.admin = Admin.create(properties);
    this.settings = settings;
    this.positionTopic = positionTopic;
    this.own = new HashSet<>(otherOwnTopics);
    own.add(positionTopic);
    this.timeout = timeout;
  }

  /**
   * Creates the position topic if it is missing: one partition, compacted.
   *
   * @throws HaltException if it exists but would forget positions, or has more than one partition
   */
  public void ensurePositionTopic() {
    if (!positionTopicIsThere()) {
      create(
          new NewTopic(positionTopic, Optional.of(1), replication())
              .configs(configs(OFTEN_COMPACTED)));
    }
  }

  /**
   * Looks for the position topic; creates nothing.
   *
   * @throws HaltException if it exists but would forget positions, or has more than one partition
   */
  boolean positionTopicIsThere() {
    var partitions = partitions(positionTopic);
    if (partitions.isEmpty()) {
      return false;
    }
    if (partitions.get() != 1) {
      throw new HaltException(
          "The position topic '%s' has %d partitions.".formatted(positionTopic, partitions.get()),
          "It must have one. Name another topic in position.topic, or delete it if no relay uses it.");
    }
    requireCompacted(positionTopic, "the position");
    return true;
  }

  private void requireCompacted(String topic, String what) {
    String policy = settingsOf(topic).get("cleanup.policy");
    if (policy != null && !"compact".equals(policy)) {
      throw new HaltException(
          "The topic '%s' has cleanup.policy=%s, so Kafka would delete %s after a while."
              .formatted(topic, policy, what),
          "kafka-configs.sh --bootstrap-server … --alter --topic %s --add-config cleanup.policy=compact"
              .formatted(topic));
    }
  }

  /** What is set for an event topic; empty if the relay may not see that. */
  Map<String, String> visibleSettingsOf(String topic) {
    try {
      return settingsOf(topic);
    } catch (TransientException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return Map.of();
      }
      throw e;
    }
  }

  private Map<String, String> settingsOf(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Map<String, String> settings = new HashMap<>();
    @Nullable Config config = get(admin.describeConfigs(List.of(resource)).all()).get(resource);
    if (config != null) {
      config.entries().forEach(entry -> settings.put(entry.name(), entry.value()));
    }
    return settings;
  }

  /**
   * Creates an event topic if it is missing and may be created.
   *
   * @return why no event can go to a topic of that name; null if it can
   * @throws DeniedTopicException if Kafka's ACLs keep the relay from it
   * @throws HaltException if Kafka refuses to create it as the settings say
   */
  public @Nullable Problem obstacle(String topic) {
    if (topic.equals(lastKnown)) {
      return null;
    }
    if (known.contains(topic)) {
      lastKnown = topic;
      return null;
    }
    Problem asBefore = absent.get(topic);
    if (asBefore != null) {
      return asBefore;
    }
    if (!LEGAL.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
      return new Problem(
          "'%s' is not a legal topic name; events with this aggregatetype cannot be published."
              .formatted(topic),
          "A topic name has 1 to 249 of the characters a-z A-Z 0-9 . _ - only. Correct the writer.");
    }
    if (own.contains(topic) || topic.startsWith(RELAYS) || topic.startsWith("__")) {
      return new Problem(
          "'%s' is not a topic for events: it belongs to a relay or to Kafka.".formatted(topic),
          "Correct the writer's aggregatetype.");
    }
    if (denied.contains(topic)) {
      throw new DeniedTopicException(List.of(topic), null);
    }
    if (!isThereAndAllowed(topic)) {
      if (!settings.create()) {
        Problem missing =
            new Problem(
                "The topic '%s' does not exist, and topics.create is false.".formatted(topic),
                "kafka-topics.sh --bootstrap-server … --create --topic %s --partitions %d, or correct the writer's aggregatetype."
                    .formatted(topic, settings.partitions()));
        absent.put(topic, missing);
        return missing;
      }
      Problem refused =
          refusalToCreate(
              new NewTopic(topic, Optional.of(settings.partitions()), replication())
                  .configs(configs(Map.of())));
      if (refused != null) {
        absent.put(topic, refused);
        return refused;
      }
    }
    known.add(topic);
    return null;
  }

  /** Kafka has refused records for these. */
  void denied(Set<String> topics) {
    denied.addAll(topics);
    known.removeAll(topics);
    lastKnown = null;
  }

  boolean isDenied(String topic) {
    return denied.contains(topic);
  }

  /** Whether Kafka lets the relay write there, asked anew; also if there is another obstacle. */
  boolean mayWrite(String topic) {
    denied.remove(topic);
    known.remove(topic);
    lastKnown = null;
    try {
      obstacle(topic);
      return true;
    } catch (DeniedTopicException e) {
      denied.add(topic);
      return false;
    }
  }

  boolean anyOwn(Set<String> topics) {
    return topics.stream().anyMatch(own::contains);
  }

  /**
   * Where Kafka tells what a client may do, it is known before anything is sent; else a refused
   * record tells.
   */
  private boolean isThereAndAllowed(String topic) {
    TopicDescription found = describe(topic);
    Set<AclOperation> allowed = found == null ? null : found.authorizedOperations();
    if (allowed != null && !allowed.isEmpty() && !allowed.contains(AclOperation.WRITE)) {
      throw new DeniedTopicException(List.of(topic), null);
    }
    return found != null;
  }

  /** Topics that were missing may have been created: to be called for each transaction. */
  void lookAgain() {
    absent.clear();
  }

  /** Whether an event topic exists; remembered if it does. */
  boolean isThere(String topic) {
    if (!known.contains(topic)
        && LEGAL.matcher(topic).matches()
        && !own.contains(topic)
        && partitions(topic).isPresent()) {
      known.add(topic);
    }
    return known.contains(topic);
  }

  /**
   * Creates an event topic if it is missing.
   *
   * @throws HaltException if no event can go to a topic of that name
   */
  public void ensure(String topic) {
    try {
      Problem problem = obstacle(topic);
      if (problem != null) {
        throw new HaltException(problem.what(), problem.remedy());
      }
    } catch (DeniedTopicException e) {
      log.warn("{}", e.problem()); // what becomes of its events is decided when there are any
    }
  }

  /**
   * Creates one of the relay's own topics if it is missing: one partition.
   *
   * @throws HaltException if it is there, has to be compacted, and is not
   */
  void ensureOwn(String topic, String cleanupPolicy) {
    if (known.contains(topic)) {
      return;
    }
    if (partitions(topic).isEmpty()) {
      create(
          new NewTopic(topic, Optional.of(1), replication())
              .configs(configs(Map.of("cleanup.policy", cleanupPolicy))));
    } else if (cleanupPolicy.equals("compact")) {
      requireCompacted(topic, "what is in quarantine");
    }
    known.add(topic);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }

  /**
   * Held events have an order, which several partitions would not keep.
   *
   * @throws HaltException if one of the relay's own topics has more than one
   */
  void requireOnePartition(String topic) {
    int partitions = partitions(topic).orElse(1);
    if (partitions != 1) {
      throw new HaltException(
          "The topic '%s' has %d partitions, so events that are held could not go out in their order."
              .formatted(topic, partitions),
          "Name another one in quarantine.topic, once nothing is in quarantine any more; or set topics.denied=halt.");
    }
  }

  /**
   * Whether the relay may write to one of its own topics, as far as Kafka tells; creates it if it
   * is missing.
   *
   * @throws DeniedTopicException if it may not
   */
  void requireOwnWritable(String topic, String cleanupPolicy) {
    if (!isThereAndAllowed(topic)) {
      known.remove(topic);
      ensureOwn(topic, cleanupPolicy);
    }
  }

  private Optional<Integer> partitions(String topic) {
    return Optional.ofNullable(describe(topic)).map(found -> found.partitions().size());
  }

  private @Nullable TopicDescription describe(String topic) {
    DescribeTopicsOptions withRights =
        new DescribeTopicsOptions().includeAuthorizedOperations(true);
    try {
      return await(admin.describeTopics(List.of(topic), withRights).allTopicNames()).get(topic);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return null;
      }
      if (e.getCause() instanceof TopicAuthorizationException) {
        throw new DeniedTopicException(List.of(topic), e.getCause());
      }
      throw PublishFailures.classify(
          e.getCause() == null ? e : e.getCause(), "Looking for topic " + topic);
    }
  }

  private void create(NewTopic topic) {
    Problem refused = refusalToCreate(topic);
    if (refused != null) {
      throw new HaltException(refused.what(), refused.remedy());
    }
  }

  /**
   * Creates a topic.
   *
   * @return why Kafka takes no topic of that name; null if it is there now
   * @throws HaltException if Kafka refuses what the settings say of all topics
   */
  private @Nullable Problem refusalToCreate(NewTopic topic) {
    try {
      await(admin.createTopics(List.of(topic)).all());
      return null;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return cause instanceof TopicExistsException // somebody was faster
          ? null
          : refusalOf(topic.name(), cause);
    }
  }

  /**
   * Sorts why a topic was not created: a name that Kafka or its policy does not like is the fault
   * of whoever wrote it into an event.
   *
   * @throws RuntimeException if it is nobody's, or lies in the relay's settings
   */
  static Problem refusalOf(String topic, Throwable cause) {
    String what =
        "Kafka refuses to create the topic '%s': %s.".formatted(topic, cause.getMessage());
    if (cause instanceof InvalidTopicException) { // "." and "_" are one in the names of metrics
      return new Problem(
          what,
          "Correct the writer's aggregatetype, or delete the topic that it collides with: names that differ in '.' and '_'"
              + " only exclude each other.");
    }
    if (cause instanceof PolicyViolationException) {
      return new Problem(
          what,
          "Create the topic as the broker's create.topic.policy.class.name allows, or correct topics.partitions,"
              + " topics.replication.factor, topics.min.insync.replicas or the writer's aggregatetype.");
    }
    if (cause instanceof InvalidReplicationFactorException
        || cause instanceof InvalidPartitionsException
        || cause instanceof InvalidConfigurationException) {
      throw HaltException.ofThisProcess(
          what,
          "Correct topics.partitions, topics.replication.factor or topics.min.insync.replicas, or create it yourself.",
          cause);
    }
    if (cause instanceof TopicAuthorizationException
        || cause instanceof ClusterAuthorizationException) {
      throw new DeniedTopicException(List.of(topic), cause);
    }
    throw PublishFailures.classify(cause, "Creating topic " + topic);
  }

  private Optional<Short> replication() {
    return settings.replicationFactor() < 0
        ? Optional.empty()
        : Optional.of((short) settings.replicationFactor());
  }

  private Map<String, String> configs(Map<String, String> base) {
    Map<String, String> configs = new HashMap<>(base);
    if (settings.minInsyncReplicas() > 0) {
      configs.put("min.insync.replicas", Integer.toString(settings.minInsyncReplicas()));
    }
    return configs;
  }

  private <T> T get(KafkaFuture<T> future) {
    try {
      return await(future);
    } catch (ExecutionException e) {
      throw PublishFailures.classify(e.getCause() == null ? e : e.getCause(), "Asking Kafka");
    }
  }

  private <T> T await(KafkaFuture<T> future) throws ExecutionException {
    try {
      return future.get(timeout.toMillis() + 1_000, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException("Interrupted", e);
    } catch (TimeoutException e) {
      throw new TransientException("Kafka does not answer", e);
    }
  }
}
