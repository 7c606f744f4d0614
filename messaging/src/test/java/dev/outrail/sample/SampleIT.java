package dev.outrail.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrail.messaging.MessagingDatabase;
import dev.outrail.messaging.TopicSettings;
import dev.outrail.messaging.autoconfigure.DeadLettersEndpoint;
import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.kafka.DeadLetters;
import dev.outrail.messaging.kafka.EventBatches;
import dev.outrail.testbed.Testbed;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;

class SampleIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TOPIC = "accounts";

  private final MessagingDatabase database = new MessagingDatabase();
  private final String servers = Testbed.shared().kafka().bootstrapServers();
  private final StandInRelay relay = new StandInRelay(database.jdbc(), servers, TOPIC);
  private final List<ConfigurableApplicationContext> started = new ArrayList<>();

  @BeforeEach
  void prepare() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      for (String topic : admin.listTopics().names().get()) {
        if (topic.equals(TOPIC) || topic.equals(TOPIC + "-dlt")) {
          admin.deleteTopics(List.of(topic)).all().get();
        }
      }
      admin
          .deleteConsumerGroups(
              admin.listGroups().all().get().stream()
                  .map(each -> each.groupId())
                  .filter(each -> each.startsWith("welcome") || each.startsWith("ledger"))
                  .toList())
          .all()
          .get();
    }
    Testbed.shared().kafka().createTopic(TOPIC, 1);
    database
        .jdbc()
        .sql(
            """
            CREATE TABLE welcome (
              number INT AUTO_INCREMENT PRIMARY KEY,
              account INT NOT NULL UNIQUE,
              owner VARCHAR(10) NOT NULL)
            """)
        .update();
  }

  @AfterEach
  void end() {
    started.forEach(ConfigurableApplicationContext::close);
    database.close();
  }

  @Test
  void whatIsOpenedHereIsWelcomedThereOnceAlsoWhenTheWholeTopicIsReplayed() throws Exception {
    ConfigurableApplicationContext first = start();
    open(first, 10, 40);
    relay.publish();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(welcomed()).hasSize(40));
    assertThat(welcomed()).as("in the order of the commits").isSorted();
    first.close();

    rewind();
    start();
    await().atMost(PATIENCE).until(() -> committed() == 40);

    assertThat(welcomed()).hasSize(40);
  }

  @Test
  void aPoisonedEventIsParkedTheRestIsAppliedAndItsReplayAfterTheFixAppliesIt() {
    ConfigurableApplicationContext application = start("--outrail.messaging.tries=3");
    open(application, 10, 20);
    application.getBean(Accounts.class).open(50, "a name that is too long");
    open(application, 60, 20);
    relay.publish();

    DeadLettersEndpoint operator = application.getBean(DeadLettersEndpoint.class);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(welcomed()).hasSize(40));
    assertThat(welcomed()).isSorted().doesNotContain(50);
    assertThat(operator.waiting()).containsEntry(TOPIC, 1L);
    assertThat(
            application
                .getBean(MeterRegistry.class)
                .counter("outrail.dead.letters", "topic", TOPIC)
                .count())
        .isEqualTo(1);
    assertThat(marks()).isEqualTo(40);

    assertThat(operator.replay(TOPIC)).isEqualTo(new DeadLetters.Replayed(0, 1, 0, null));
    assertThat(operator.waiting()).as("parked again").containsEntry(TOPIC, 1L);

    database.jdbc().sql("ALTER TABLE welcome MODIFY owner VARCHAR(100) NOT NULL").update();
    assertThat(operator.replay(TOPIC)).isEqualTo(new DeadLetters.Replayed(1, 0, 0, null));

    assertThat(welcomed()).hasSize(41).contains(50);
    assertThat(operator.waiting()).containsEntry(TOPIC, 0L);
    assertThat(operator.replay(TOPIC)).isEqualTo(new DeadLetters.Replayed(0, 0, 0, null));
    assertThatThrownBy(() -> operator.replay("unknown"))
        .isInstanceOf(InvalidEndpointRequestException.class)
        .hasMessageContaining(TOPIC);
    assertThatThrownBy(() -> application.getBean(DeadLetters.class).replay("unknown"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(TOPIC);
  }

  /** Another listener of the same topic, of a group of its own. */
  static class Ledger {

    private final EventBatches<Welcome.AccountOpened> batches;

    Ledger(Inbox inbox, JdbcClient jdbc) {
      this.batches =
          new EventBatches<>(
              inbox,
              "ledger",
              "account.opened.v1",
              Welcome.AccountOpened.class,
              events ->
                  events.forEach(
                      event ->
                          jdbc.sql("INSERT INTO ledger (account, owner) VALUES (:account, :owner)")
                              .param("account", event.payload().id())
                              .param("owner", event.payload().owner())
                              .update()));
    }

    @KafkaListener(id = "ledger", topics = TOPIC, batch = "true")
    void receive(List<ConsumerRecord<String, byte[]>> records, Acknowledgment acknowledgment) {
      batches.receive(records, acknowledgment);
    }
  }

  @Test
  void whatSeveralGroupsHaveParkedEachGetsBackForItself() {
    database
        .jdbc()
        .sql("CREATE TABLE ledger (account INT NOT NULL UNIQUE, owner VARCHAR(10) NOT NULL)")
        .update();
    ConfigurableApplicationContext application =
        start(List.of(Ledger.class), "--outrail.messaging.tries=1");
    application.getBean(Accounts.class).open(10, "a name that is too long");
    relay.publish();
    DeadLettersEndpoint operator = application.getBean(DeadLettersEndpoint.class);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(operator.waiting())
                    .as("both letters, for each group")
                    .containsEntry(TOPIC, 4L));

    database.jdbc().sql("ALTER TABLE welcome MODIFY owner VARCHAR(100) NOT NULL").update();
    DeadLetters.Replayed first = operator.replay(TOPIC);
    assertThat(first.applied()).isEqualTo(1);
    assertThat(first.parkedAgain()).isEqualTo(1);
    assertThat(welcomed()).containsExactly(10);
    assertThat(database.count("ledger")).isZero();

    database.jdbc().sql("ALTER TABLE ledger MODIFY owner VARCHAR(100) NOT NULL").update();
    DeadLetters.Replayed second = operator.replay(TOPIC);
    assertThat(second.applied()).isEqualTo(1);
    assertThat(second.parkedAgain()).isZero();
    assertThat(welcomed()).containsExactly(10);
    assertThat(database.count("ledger")).isEqualTo(1);
    assertThat(operator.waiting()).containsEntry(TOPIC, 0L);
  }

  @Test
  void aLargeMessageIsParkedAsWell() throws Exception {
    TopicSettings.set(TOPIC, Map.of("max.message.bytes", "8000000"));
    ConfigurableApplicationContext application = start();
    try (KafkaProducer<String, byte[]> foreign =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "max.request.size", 8_000_000),
            new StringSerializer(),
            new ByteArraySerializer())) {
      foreign.send(new ProducerRecord<>(TOPIC, "k", new byte[7_990_000])).get();
    }
    open(application, 10, 5);
    relay.publish();

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(welcomed()).hasSize(5));
    assertThat(application.getBean(DeadLettersEndpoint.class).waiting()).containsEntry(TOPIC, 1L);
  }

  @Test
  void aFailureOfTheSurroundingsIsTriedBeyondTheBoundAndStopsAReplay() {
    ConfigurableApplicationContext application = start("--outrail.messaging.tries=1");
    application.getBean(Accounts.class).open(10, "a name that is too long");
    relay.publish();
    DeadLettersEndpoint operator = application.getBean(DeadLettersEndpoint.class);
    await().atMost(PATIENCE).until(() -> operator.waiting().get(TOPIC) == 1);

    database.jdbc().sql("RENAME TABLE welcome TO elsewhere").update();
    assertThat(operator.replay(TOPIC).stopped()).contains("welcome");
    assertThat(operator.waiting()).as("still the first").containsEntry(TOPIC, 1L);
    open(application, 11, 5);
    long before = rollbacks();
    relay.publish();
    await().atMost(PATIENCE).until(() -> rollbacks() > before + 8);
    database.jdbc().sql("RENAME TABLE elsewhere TO welcome").update();

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(welcomed()).hasSize(5));
    assertThat(operator.waiting()).containsEntry(TOPIC, 1L);
  }

  @Test
  void aFaultThatShowsBehindAFailureOfTheSurroundingsIsParkedAllTheSame() {
    ConfigurableApplicationContext application = start("--outrail.messaging.tries=2");
    database.jdbc().sql("RENAME TABLE welcome TO elsewhere").update();
    long before = rollbacks();
    application.getBean(Accounts.class).open(10, "a name that is too long");
    relay.publish();
    await().atMost(PATIENCE).until(() -> rollbacks() > before + 3);

    database.jdbc().sql("RENAME TABLE elsewhere TO welcome").update();

    DeadLettersEndpoint operator = application.getBean(DeadLettersEndpoint.class);
    await().atMost(PATIENCE).until(() -> operator.waiting().get(TOPIC) == 1);
  }

  @Test
  void marksThatNoReplayCanNeedAreForgottenByThemselves() throws Exception {
    Testbed.shared().kafka().createTopic(TOPIC + "-dlt", 1);
    Map<String, String> anHour = Map.of("retention.ms", "3600000", "segment.ms", "3600000");
    TopicSettings.set(TOPIC, anHour);
    TopicSettings.set(TOPIC + "-dlt", anHour);
    ConfigurableApplicationContext application =
        start(
            "--outrail.messaging.inbox.retention=1d",
            "--outrail.messaging.inbox.relay-replay-horizon=1h",
            "--outrail.messaging.inbox.purge-interval=1s");
    open(application, 10, 5);
    relay.publish();
    await().atMost(PATIENCE).until(() -> marks() == 5);

    database
        .jdbc()
        .sql(
            """
            UPDATE processed_message SET processed_at = NOW(6) - INTERVAL 2 DAY,
              message_id = CONCAT('0192f0c1-2a3b', SUBSTRING(message_id, 14))
            """)
        .update();

    await().atMost(PATIENCE).until(() -> marks() == 0);
    assertThat(welcomed()).hasSize(5);
  }

  @Test
  void aRetentionThatForgetsTooEarlyStopsTheStart() {
    assertThatThrownBy(
            () ->
                start(
                    "--outrail.messaging.inbox.retention=1d",
                    "--outrail.messaging.inbox.relay-replay-horizon=7d"))
        .hasStackTraceContaining("outrail.messaging.inbox.retention is PT24H")
        .hasStackTraceContaining("outrail.messaging.inbox.relay-replay-horizon")
        .hasStackTraceContaining("topic accounts keeps records for up to");
    assertThatThrownBy(() -> start("--outrail.messaging.inbox.retention=1d"))
        .hasStackTraceContaining("set outrail.messaging.inbox.relay-url");
    assertThatThrownBy(() -> start("--outrail.messaging.inbox.retention=1h"))
        .hasStackTraceContaining("outrail.messaging.inbox.retention is PT1H");
    assertThatThrownBy(() -> start("--outrail.messaging.tries=0"))
        .hasStackTraceContaining("outrail.messaging.tries");
  }

  private ConfigurableApplicationContext start(String... more) {
    return start(List.of(), more);
  }

  private ConfigurableApplicationContext start(List<Class<?>> beans, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--spring.datasource.url=" + Testbed.shared().mysql().jdbcUrl(database.name()),
                "--spring.datasource.username=" + Testbed.shared().mysql().rootUser(),
                "--spring.datasource.password=" + Testbed.shared().mysql().rootPassword(),
                "--spring.kafka.bootstrap-servers=" + servers,
                "--spring.kafka.consumer.enable-auto-commit=false",
                "--spring.kafka.consumer.isolation-level=read_committed",
                "--spring.kafka.consumer.auto-offset-reset=earliest",
                "--spring.kafka.consumer.value-deserializer=org.apache.kafka.common.serialization.ByteArrayDeserializer",
                "--spring.kafka.producer.value-serializer=org.apache.kafka.common.serialization.ByteArraySerializer",
                "--spring.kafka.listener.ack-mode=manual_immediate"));
    arguments.addAll(List.of(more));
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(SampleApplication.class)
            .sources(beans.toArray(Class<?>[]::new))
            .web(WebApplicationType.NONE)
            .run(arguments.toArray(String[]::new));
    started.add(context);
    return context;
  }

  private static void open(ConfigurableApplicationContext application, int first, int count) {
    Accounts accounts = application.getBean(Accounts.class);
    IntStream.range(first, first + count).forEach(id -> accounts.open(id, "owner"));
  }

  private List<Integer> welcomed() {
    return database
        .jdbc()
        .sql("SELECT account FROM welcome ORDER BY number")
        .query(Integer.class)
        .list();
  }

  private long marks() {
    return database.count("processed_message");
  }

  private long rollbacks() {
    return database
        .jdbc()
        .sql("SHOW GLOBAL STATUS LIKE 'Com_rollback'")
        .query((row, number) -> row.getLong(2))
        .single();
  }

  private void rewind() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin
          .alterConsumerGroupOffsets(
              "welcome", Map.of(new TopicPartition(TOPIC, 0), new OffsetAndMetadata(0)))
          .all()
          .get();
    }
  }

  private long committed() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      return admin
          .listConsumerGroupOffsets("welcome")
          .partitionsToOffsetAndMetadata()
          .get()
          .get(new TopicPartition(TOPIC, 0))
          .offset();
    }
  }
}
