package dev.outrail.testbed.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Provider;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a broker of any provider must do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KafkaBrokerContract {
  private final Provider provider;
  private Testbed testbed;
  private KafkaBroker kafka;

  KafkaBrokerContract(Provider provider) {
    this.provider = provider;
  }

  @BeforeAll
  void startBroker() {
    testbed =
        Testbed.start(
            TestbedOptions.defaults()
                .withProvider(provider)
                .kafkaOnly()
                .withBrokerProperty("log.retention.hours", "7"));
    kafka = testbed.kafka();
  }

  @AfterAll
  void endBroker() {
    testbed.close();
  }

  final KafkaBroker broker() {
    return kafka;
  }

  @BeforeEach
  void running() {
    kafka.start();
  }

  @Tag("long")
  @Test
  void readCommittedSeesCommittedTransactionsOnlyAlsoAfterStopAndKill() {
    int port = kafka.port();
    kafka.createTopic("orders", 1);
    commit("orders", "first");
    abort("orders", "never");

    kafka.stop();
    assertThat(kafka.isRunning()).isFalse();
    kafka.start();
    commit("orders", "second");

    kafka.kill();
    assertThat(kafka.isRunning()).isFalse();
    kafka.start();
    commit("orders", "third");

    assertThat(read("orders", 3)).containsExactly("first", "second", "third");
    assertThat(kafka.port()).isEqualTo(port);
  }

  @Test
  void aPausedBrokerAnswersNothingUntilItIsResumed() throws Exception {
    kafka.createTopic("paused", 1);
    kafka.pause();
    assertThat(kafka.isRunning()).isTrue();
    try (Admin admin = kafka.admin()) {
      var nodes = admin.describeCluster().nodes();
      assertThatThrownBy(() -> nodes.get(500, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);

      kafka.resume();
      assertThat(nodes.get(20, TimeUnit.SECONDS)).hasSize(1);
    }

    commit("paused", "through");
    assertThat(read("paused", 1)).containsExactly("through");
  }

  @Test
  void topicsMustBeCreatedAndKeepTheirSettings() throws Exception {
    kafka.createTopic("positions", 2, Map.of("cleanup.policy", "compact"));
    kafka.createTopic("positions", 2);
    assertThat(kafka.topics()).contains("positions");

    try (Admin admin = kafka.admin()) {
      var topic = new ConfigResource(ConfigResource.Type.TOPIC, "positions");
      var config = admin.describeConfigs(List.of(topic)).all().get().get(topic);
      assertThat(config.get("cleanup.policy").value()).isEqualTo("compact");
      assertThatThrownBy(() -> admin.describeTopics(List.of("unknown")).allTopicNames().get())
          .isInstanceOf(ExecutionException.class);
    }
    assertThat(kafka.topics()).doesNotContain("unknown");
  }

  @Test
  void furtherPropertiesWinAndTransactionsAreOfVersion2() throws Exception {
    try (Admin admin = kafka.admin()) {
      var broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
      var config = admin.describeConfigs(List.of(broker)).all().get().get(broker);
      assertThat(config.get("log.retention.hours").value()).isEqualTo("7");

      var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
      assertThat(features.get("transaction.version").maxVersionLevel()).isEqualTo((short) 2);
    }
  }

  private void commit(String topic, String value) {
    try (var producer = producer()) {
      producer.initTransactions();
      producer.beginTransaction();
      Future<RecordMetadata> sent = producer.send(new ProducerRecord<>(topic, value));
      producer.commitTransaction();
      assertThat(sent).isDone();
    }
  }

  private void abort(String topic, String value) {
    try (var producer = producer()) {
      producer.initTransactions();
      producer.beginTransaction();
      Future<RecordMetadata> sent = producer.send(new ProducerRecord<>(topic, value));
      producer.flush();
      assertThat(sent).isDone();
      producer.abortTransaction();
    }
  }

  private KafkaProducer<String, String> producer() {
    Map<String, Object> config =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            "test");
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }

  private List<String> read(String topic, int count) {
    Map<String, Object> config =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            ConsumerConfig.GROUP_ID_CONFIG,
            "test-" + topic,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    var values = new ArrayList<String>();
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(found -> values.add(found.value()));
                return values.size() >= count;
              });
      consumer.poll(Duration.ofMillis(200)).forEach(found -> values.add(found.value()));
    }
    return values;
  }
}
