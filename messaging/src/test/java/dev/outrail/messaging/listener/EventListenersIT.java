package dev.outrail.messaging.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.messaging.MessagingDatabase;
import dev.outrail.messaging.deadletter.DeadLetterStore;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import dev.outrail.testbed.kafka.KafkaBroker;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;

/** Listeners on a real broker: what waits, what goes on, and what comes back. */
class EventListenersIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MANY = 2_000;

  private final MessagingDatabase database = new MessagingDatabase();
  private final Consuming consuming = new Consuming(database);
  private KafkaBroker broker = Testbed.shared().kafka();
  private EventListeners listeners;
  private String isolation = "read_committed";

  /** The topic and the group are the listener's, the same for all tests. */
  @BeforeEach
  void beginAnew() throws Exception {
    try (Admin admin = broker.admin()) {
      if (admin.listTopics().names().get().contains(Consuming.TOPIC)) {
        admin.deleteTopics(List.of(Consuming.TOPIC)).all().get();
      }
      if (admin.listGroups().all().get().stream()
          .anyMatch(group -> group.groupId().equals(Consuming.CONSUMER))) {
        admin.deleteConsumerGroups(List.of(Consuming.CONSUMER)).all().get();
      }
    }
  }

  @AfterEach
  void end() {
    listeners.stop();
    listeners.close();
    database.close();
  }

  @Test
  void whileARowIsLockedTheOtherPartitionsAreDoneAndCommitted() throws Exception {
    consuming.beforeEach(
        deposit -> {
          if (deposit.note().equals("locked")) {
            database.jdbc().sql("SET SESSION innodb_lock_wait_timeout = 1").update();
            database.deposit(1);
          }
        });
    broker.createTopic(Consuming.TOPIC, 3);
    try (Connection operator = database.dataSource().getConnection();
        Statement sql = operator.createStatement()) {
      operator.setAutoCommit(false);
      sql.executeUpdate("UPDATE account SET balance = 7 WHERE id = 1");
      send(0, 1, "locked");
      send(0, 10, "behind");
      send(1, MANY, "free");
      send(2, MANY, "free");
      start();

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(count("free")).isEqualTo(2 * MANY));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(committed()).containsEntry(1, 2_000L).containsEntry(2, 2_000L));
      assertThat(count("behind")).isZero();
      assertThat(committed().getOrDefault(0, 0L)).isZero();
      operator.rollback();
    }

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(count("behind")).isEqualTo(10));
    assertThat(count("locked")).isEqualTo(1);
    assertThat(listeners.failures()).isPositive();
    assertThat(database.count("dead_letter")).isZero();
  }

  /** The relay's attempts: each sends what is committed in MySQL, in that order. */
  @ParameterizedTest
  @ValueSource(strings = {"read_committed", "read_uncommitted"})
  void whatAnAbortedTransactionLeftBehindIsAppliedOnceAndInOrder(String isolation) {
    this.isolation = isolation;
    broker.createTopic(Consuming.TOPIC, 3);
    List<String> ids = Stream.generate(() -> UUID.randomUUID().toString()).limit(4).toList();
    start();
    try (KafkaProducer<String, byte[]> zombie = transactional("attempt");
        KafkaProducer<String, byte[]> next = transactional("attempt-of-the-next")) {
      zombie.initTransactions();
      zombie.beginTransaction();
      attempt(zombie, ids.subList(0, 2));
      zombie.flush();
      if (isolation.equals("read_uncommitted")) {
        await("before its end")
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(consuming.notes()).containsExactly("e0", "e1"));
      }
      next.initTransactions();
      next.beginTransaction();
      attempt(next, ids.subList(0, 3));
      next.abortTransaction();
      if (isolation.equals("read_committed")) {
        zombie.abortTransaction();
      }
      next.beginTransaction();
      attempt(next, ids);
      next.commitTransaction();

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(consuming.notes()).hasSize(4));
      assertThat(consuming.notes())
          .as(isolation + ", with a transaction that hangs if it does not wait for it")
          .containsExactly("e0", "e1", "e2", "e3");
    }
  }

  private KafkaProducer<String, byte[]> transactional(String id) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", id),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private static void attempt(KafkaProducer<String, byte[]> producer, List<String> ids) {
    for (int number = 0; number < ids.size(); number++) {
      producer.send(event(0, "one key", ids.get(number), "e" + number));
    }
  }

  /** A time-out in which a consumer without a way back would have ended for good. */
  @Test
  @Tag("long")
  void whoseRightIsTakenAwayGoesOnWhenItIsBack() throws Exception {
    try (Testbed own =
        Testbed.start(
            TestbedOptions.defaults()
                .withBrokerProperty(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .withBrokerProperty("allow.everyone.if.no.acl.found", "true"))) {
      broker = own.kafka();
      broker.createTopic(Consuming.TOPIC, 1);
      start();
      send(0, 1, "before");
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(count("before")).isEqualTo(1));
      AclBinding denied =
          new AclBinding(
              new ResourcePattern(ResourceType.GROUP, Consuming.CONSUMER, PatternType.LITERAL),
              new AccessControlEntry(
                  "User:ANONYMOUS", "*", AclOperation.ALL, AclPermissionType.DENY));
      try (Admin admin = broker.admin()) {
        admin.createAcls(List.of(denied)).all().get();
        send(0, 1, "meanwhile");
        await().atMost(PATIENCE).until(() -> listeners.stopped() == 1);
        admin.deleteAcls(List.of(denied.toFilter())).all().get();
      }
      send(0, 1, "after");

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(count("after")).isEqualTo(1));
      assertThat(count("meanwhile")).isEqualTo(1);
      assertThat(listeners.stopped()).isZero();
      listeners.stop();
    }
  }

  private void start() {
    ConcurrentKafkaListenerContainerFactory<String, byte[]> factory =
        new ConcurrentKafkaListenerContainerFactory<>();
    // As the application may want it for its own.
    factory.getContainerProperties().setAsyncAcks(true);
    factory.setConsumerFactory(
        new DefaultKafkaConsumerFactory<>(
            EventContainers.consumerSettings(
                Map.of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "session.timeout.ms",
                    6_000,
                    "heartbeat.interval.ms",
                    1_000))));
    EventContainers containers =
        new EventContainers(
            factory,
            new JdbcInbox(database.dataSource(), database.transactionManager()),
            new DeadLetterStore(database.dataSource()),
            List.of(),
            text -> text.contains("isolation") ? isolation : text.startsWith("$") ? "3" : text,
            null);
    ListenerMethods methods = new ListenerMethods();
    methods.postProcessAfterInitialization(consuming, "consuming");
    listeners = new EventListeners(methods, () -> containers, true);
    listeners.afterSingletonsInstantiated();
    listeners.start();
  }

  private void send(int partition, int count, String note) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      for (int number = 0; number < count; number++) {
        producer.send(event(partition, "key" + number, UUID.randomUUID().toString(), note));
      }
    }
  }

  private static ProducerRecord<String, byte[]> event(
      int partition, String key, String id, String note) {
    ProducerRecord<String, byte[]> event =
        new ProducerRecord<>(
            Consuming.TOPIC,
            partition,
            key,
            "{\"amount\":1,\"note\":\"%s\"}".formatted(note).getBytes(UTF_8));
    event.headers().add("id", id.getBytes(UTF_8));
    event.headers().add("eventType", Consuming.TYPE.getBytes(UTF_8));
    return event;
  }

  private long count(String note) {
    return consuming.notes().stream().filter(note::equals).count();
  }

  private Map<Integer, Long> committed() throws Exception {
    Map<Integer, Long> committed = new HashMap<>();
    try (Admin admin = broker.admin()) {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin.listConsumerGroupOffsets(Consuming.CONSUMER).partitionsToOffsetAndMetadata().get();
      offsets.forEach((partition, offset) -> committed.put(partition.partition(), offset.offset()));
    }
    return committed;
  }
}
