package dev.outrail.messaging.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.messaging.MessagingDatabase;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.testbed.Testbed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.BatchAcknowledgingMessageListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.support.Acknowledgment;

/** A batch listener with the error handler of the library, on real servers. */
class EventBatchesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  record Deposit(int amount, String note) {}

  private final MessagingDatabase database = new MessagingDatabase();
  private final String topic = "deposits-" + UUID.randomUUID();
  private final String servers = Testbed.shared().kafka().bootstrapServers();
  private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
  private final Set<String> failedOnce = ConcurrentHashMap.newKeySet();
  private volatile boolean mended;
  private final DefaultKafkaProducerFactory<String, byte[]> producers =
      new DefaultKafkaProducerFactory<>(
          Map.of("bootstrap.servers", servers), new StringSerializer(), new ByteArraySerializer());
  private final KafkaTemplate<String, byte[]> template = new KafkaTemplate<>(producers);
  private final EventBatches<Deposit> batches =
      new EventBatches<>(
          new JdbcInbox(database.dataSource(), database.transactionManager()),
          "ledger",
          "deposited.v1",
          Deposit.class,
          this::deposit);

  @AfterEach
  void end() {
    producers.destroy();
    database.close();
  }

  @Test
  void aPollIsOneTransactionAndABadRecordCostsTheOthersNothing() {
    Testbed.shared().kafka().createTopic(topic, 1);
    Testbed.shared().kafka().createTopic(topic + "-dlt", 1);
    for (int number = 0; number < 40; number++) {
      send("deposited.v1", "{\"amount\": 1, \"note\": \"%s\"}".formatted(note(number)));
    }
    String again = send("deposited.v1", "{\"amount\": 1, \"note\": \"twice\"}");
    send(again, "deposited.v1", "{\"amount\": 1, \"note\": \"twice\"}");

    KafkaMessageListenerContainer<String, byte[]> container = container();
    container.start();
    try {
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(committed()).isEqualTo(42));
    } finally {
      container.stop();
    }

    List<String> expected = new ArrayList<>();
    for (int number = 0; number < 40; number++) {
      if (number != 7 && number != 20 && number != 25) {
        expected.add(note(number));
      }
    }
    expected.add("twice");
    assertThat(database.balance()).isEqualTo(38);
    assertThat(notes()).as("in the order of the partition").containsExactlyElementsOf(expected);
    assertThat(deadLetters()).containsExactly("not JSON", "unknown type", "refused");
    assertThat(sizes).as("not message by message").anyMatch(size -> size > 5);
    assertThat(failedOnce).as("a passing failure is tried again").containsExactly("passing");
  }

  @Test
  void aMessageThatIsTriedAgainAndAgainHoldsUpItsOwnPartitionOnly() {
    Testbed.shared().kafka().createTopic(topic, 2);
    sendTo(0, "waits");
    sendTo(0, "behind it");
    for (int number = 0; number < 5; number++) {
      sendTo(1, "other" + number);
    }

    KafkaMessageListenerContainer<String, byte[]> container = container();
    container.start();
    try {
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(notes()).hasSize(5));
      assertThat(notes()).allMatch(note -> note.startsWith("other"));

      mended = true;
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(notes()).hasSize(7));
    } finally {
      container.stop();
    }
    assertThat(notes()).endsWith("waits", "behind it");
    assertThat(database.balance()).isEqualTo(7);
  }

  /** At once: with the tries of other bugs it would take half a minute for each of them. */
  @Test
  void allThatAHandlerCommittedHalfwayAreParkedAtOnce() {
    Testbed.shared().kafka().createTopic(topic, 1);
    Testbed.shared().kafka().createTopic(topic + "-dlt", 1);
    for (int number = 0; number < 3; number++) {
      sendTo(0, "commits");
    }

    KafkaMessageListenerContainer<String, byte[]> container = container();
    container.start();
    try {
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(committed()).isEqualTo(3));
    } finally {
      container.stop();
    }

    assertThat(deadLetters()).hasSize(3);
    assertThat(notes()).as("what was committed, once").hasSize(3);
  }

  private void sendTo(int partition, String note) {
    ProducerRecord<String, byte[]> made =
        new ProducerRecord<>(
            topic,
            partition,
            "key" + partition,
            "{\"amount\": 1, \"note\": \"%s\"}".formatted(note).getBytes(UTF_8));
    made.headers().add("id", UUID.randomUUID().toString().getBytes(UTF_8));
    made.headers().add("eventType", "deposited.v1".getBytes(UTF_8));
    template.send(made).join();
  }

  /** What is sent as number 7, 20, 25 and 30 fails in different ways. */
  private static String note(int number) {
    return switch (number) {
      case 25 -> "refused";
      case 30 -> "passing";
      default -> "n" + number;
    };
  }

  private String send(String type, String json) {
    return send(UUID.randomUUID().toString(), type, json);
  }

  private String send(String id, String type, String json) {
    boolean broken = json.contains("\"n7\"");
    boolean unknown = json.contains("\"n20\"");
    ProducerRecord<String, byte[]> made =
        new ProducerRecord<>(topic, "key", (broken ? "not JSON" : json).getBytes(UTF_8));
    made.headers().add("id", id.getBytes(UTF_8));
    made.headers().add("eventType", (unknown ? "deposited.v9" : type).getBytes(UTF_8));
    template.send(made).join();
    return id;
  }

  private void deposit(List<ReceivedEvent<Deposit>> events) {
    sizes.add(events.size());
    for (ReceivedEvent<Deposit> event : events) {
      String note = event.payload().note();
      if (note.equals("refused")) {
        throw new PermanentMessageException("refused");
      }
      if (note.equals("waits") && !mended) {
        throw new TransientMessageException("not now");
      }
      if (note.equals("passing") && events.size() == 1 && failedOnce.add(note)) {
        throw new IllegalStateException("the first time, alone");
      }
      if (note.equals("passing") && failedOnce.isEmpty()) {
        throw new IllegalStateException("the first time, among others");
      }
      database.deposit(event.payload().amount());
      database.jdbc().sql("INSERT INTO note (text) VALUES (:text)").param("text", note).update();
    }
    if (events.get(0).payload().note().equals("commits")) {
      database.jdbc().sql("CREATE TABLE IF NOT EXISTS more (id INT PRIMARY KEY)").update();
    }
  }

  private KafkaMessageListenerContainer<String, byte[]> container() {
    database
        .jdbc()
        .sql("CREATE TABLE note (number INT AUTO_INCREMENT PRIMARY KEY, text VARCHAR(20))")
        .update();
    ContainerProperties properties = new ContainerProperties(topic);
    properties.setAckMode(ContainerProperties.AckMode.MANUAL_IMMEDIATE);
    properties.setMessageListener(
        new BatchAcknowledgingMessageListener<String, byte[]>() {
          @Override
          public void onMessage(
              List<ConsumerRecord<String, byte[]>> records, Acknowledgment acknowledgment) {
            batches.receive(records, acknowledgment);
          }
        });
    KafkaMessageListenerContainer<String, byte[]> container =
        new KafkaMessageListenerContainer<>(
            new DefaultKafkaConsumerFactory<>(
                consumerProperties(), new StringDeserializer(), new ByteArrayDeserializer()),
            properties);
    container.setCommonErrorHandler(ListenerErrors.handler(template));
    return container;
  }

  private Map<String, Object> consumerProperties() {
    return Map.of(
        "bootstrap.servers",
        servers,
        "group.id",
        topic,
        "enable.auto.commit",
        false,
        "auto.offset.reset",
        "earliest",
        "isolation.level",
        "read_committed");
  }

  private List<String> notes() {
    return database.jdbc().sql("SELECT text FROM note ORDER BY number").query(String.class).list();
  }

  private long committed() {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            consumerProperties(), new StringDeserializer(), new ByteArrayDeserializer())) {
      var offset = consumer.committed(Set.of(partition)).get(partition);
      return offset == null ? 0 : offset.offset();
    }
  }

  /** Why each is there. */
  private List<String> deadLetters() {
    List<String> found = new ArrayList<>();
    TopicPartition partition = new TopicPartition(topic + "-dlt", 0);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            consumerProperties(), new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(one -> found.add(reason(one)));
                return found.size() >= 3;
              });
    }
    return found;
  }

  private static String reason(ConsumerRecord<String, byte[]> dead) {
    String value = new String(dead.value(), UTF_8);
    if (value.equals("not JSON")) {
      return value;
    }
    return value.contains("refused") ? "refused" : "unknown type";
  }
}
