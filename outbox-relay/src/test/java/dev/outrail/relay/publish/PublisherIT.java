package dev.outrail.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrail.relay.capture.CapturedEvent;
import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a broker does to a producer that is silent, with a broker that is quick to do it; and to
 * topics that its administrator does not want.
 */
@Tag("long")
class PublisherIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String SET = "2b686065-e7f3-11f1-8fb7-02fc00000001:1-";

  private static Testbed testbed;
  private static Admin admin;

  @BeforeAll
  static void start() {
    testbed =
        Testbed.start(
            TestbedOptions.defaults()
                .kafkaOnly()
                .withBrokerJvmArgs(NoUnwantedTopics.jvmArgument())
                .withBrokerProperty(
                    "create.topic.policy.class.name", NoUnwantedTopics.class.getName())
                .withBrokerProperty("transactional.id.expiration.ms", "1000")
                .withBrokerProperty(
                    "transaction.remove.expired.transaction.cleanup.interval.ms", "200")
                .withBrokerProperty(
                    "transaction.abort.timed.out.transaction.cleanup.interval.ms", "200"));
    admin = testbed.kafka().admin();
  }

  @AfterAll
  static void stop() {
    admin.close();
    testbed.close();
  }

  @Test
  void aProducerThatKafkaHasForgottenIsReplacedAndNothingIsLost() {
    PublisherSettings settings = settings("forgotten");
    try (Publisher publisher = begun(settings)) {
      publisher.publish(List.of(row(1)), Position.at(SET + 1), null);
      settings.transactionalIds().forEach(PublisherIT::awaitForgotten);

      assertThatThrownBy(() -> publisher.publish(List.of(row(2)), Position.at(SET + 2), null))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("transactional.id.expiration.ms");
    }
    try (Publisher next = Publisher.prepare(settings, "me", InstantSource.system(), poison())) {
      assertThat(Objects.requireNonNull(next.begin().position()).position())
          .isEqualTo(Position.at(SET + 1));
      next.publish(List.of(row(2)), Position.at(SET + 2), null);
    }
  }

  @Test
  void aTransactionThatTheBrokerHasAbortedIsToldSo() {
    PublisherSettings settings = settings("slow").withTransactionTimeout(Duration.ofSeconds(1));
    try (Publisher publisher = begun(settings)) {
      publisher.publish(List.of(), Position.at(SET + 1), null);

      assertThatThrownBy(
              () ->
                  publisher.transaction(
                      sender -> {
                        sender.row(row(2).row(), Instant.now());
                        awaitAborted(settings.transactionalIds().get(1));
                      },
                      Position.at(SET + 2)))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("longer than its time-out")
          .hasMessageContaining("transaction.timeout.ms");
    }
  }

  /** A broker with transaction.version 2 says InvalidTxnState then, and an old epoch above. */
  @Test
  void soIsOneOfWhichOnlyTheCommitIsLate() {
    PublisherSettings settings =
        settings("late", Map.of("interceptor.classes", CommitsLate.class.getName()))
            .withTransactionTimeout(Duration.ofSeconds(1));
    try (Publisher publisher = begun(settings)) {
      publisher.publish(List.of(), Position.at(SET + 1), null);
      CommitsLate.who = settings.transactionalIds().get(1);

      assertThatThrownBy(() -> publisher.publish(List.of(), Position.at(SET + 2), null))
          .isInstanceOf(TransientException.class)
          .hasRootCauseInstanceOf(InvalidTxnStateException.class)
          .hasMessageContaining("longer than its time-out")
          .hasMessageContaining("transaction.timeout.ms");
    }
  }

  /**
   * Holds a producer's thread up behind each record, until the broker has lost patience. Consumers
   * get it, too, since they have the same settings.
   */
  public static final class CommitsLate
      implements ProducerInterceptor<byte[], byte[]>, ConsumerInterceptor<byte[], byte[]> {

    private static volatile String who = "";

    private String transactionalId = "";

    @Override
    public void configure(Map<String, ?> settings) {
      transactionalId = String.valueOf(settings.get("transactional.id"));
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> sent) {
      return sent;
    }

    @Override
    public void onAcknowledgement(RecordMetadata metadata, Exception failure) {
      if (transactionalId.equals(who)) {
        awaitAborted(transactionalId);
      }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
  }

  @Test
  void anEventWhoseTopicTheBrokersPolicyRefusesGoesToTheQuarantineAndTheOthersOut()
      throws Exception {
    try (Publisher publisher = begun(settings("policy"))) {
      String unwanted = NoUnwantedTopics.UNWANTED + "-topic";

      List<QuarantineRecord> quarantined =
          publisher.publish(
              List.of(row(1, "wanted"), row(2, unwanted), row(3, "wanted")),
              Position.at(SET + 3),
              null);

      assertThat(quarantined)
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.id()).isEqualTo("id-2");
                assertThat(one.reason()).contains("nobody wants " + unwanted);
                assertThat(one.remedy()).contains("create.topic.policy.class.name");
              });
      assertThat(admin.listTopics().names().get())
          .contains("wanted", "quarantine-policy")
          .doesNotContain(unwanted);
      TopicPartition wanted = new TopicPartition("wanted", 0);
      assertThat(
              admin
                  .listOffsets(Map.of(wanted, OffsetSpec.latest()))
                  .partitionResult(wanted)
                  .get()
                  .offset())
          .as("two events and the transaction's end")
          .isEqualTo(3);
    }
  }

  private static Publisher begun(PublisherSettings settings) {
    Publisher publisher = Publisher.prepare(settings, "me", InstantSource.system(), poison());
    publisher.begin();
    return publisher;
  }

  private static Poison poison() {
    return new Poison(Poison.Policy.QUARANTINE);
  }

  private static PublisherSettings settings(String name) {
    return settings(name, Map.of());
  }

  private static PublisherSettings settings(String name, Map<String, String> more) {
    Map<String, String> client = new TreeMap<>(more);
    client.put("bootstrap.servers", testbed.kafka().bootstrapServers());
    return new PublisherSettings(
        name,
        client,
        "positions-" + name,
        new TopicSettings(true, 1, -1, 0),
        "/test",
        Duration.ofSeconds(30),
        "quarantine-" + name,
        "audit-" + name,
        "");
  }

  private static CapturedEvent.Row row(int number) {
    return row(number, "t");
  }

  private static CapturedEvent.Row row(int number, String topic) {
    return new CapturedEvent.Row(
        OutboxRow.of(
            "pay", "id-" + number, topic, "k", "e", new byte[] {1}, null, null, null, null),
        SET.replace("1-", "") + number,
        SET + (number - 1),
        Instant.now());
  }

  private static void awaitForgotten(String transactionalId) {
    await()
        .atMost(SOON)
        .until(
            () -> {
              try {
                admin.describeTransactions(List.of(transactionalId)).all().get();
                return false;
              } catch (ExecutionException e) {
                return e.getCause() instanceof TransactionalIdNotFoundException;
              }
            });
  }

  private static void awaitAborted(String transactionalId) {
    await()
        .atMost(SOON)
        .until(
            () ->
                admin
                        .describeTransactions(List.of(transactionalId))
                        .description(transactionalId)
                        .get()
                        .state()
                    == TransactionState.COMPLETE_ABORT);
  }
}
