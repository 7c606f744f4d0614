package dev.outrail.sample;

import static dev.outrail.messaging.deadletter.DeadLetter.State.BEHIND;
import static dev.outrail.messaging.deadletter.DeadLetter.State.FAILED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.outrail.messaging.MessagingDatabase;
import dev.outrail.messaging.TopicSettings;
import dev.outrail.messaging.autoconfigure.InboxEndpoint;
import dev.outrail.messaging.deadletter.DeadLetter;
import dev.outrail.messaging.deadletter.DeadLetters;
import dev.outrail.messaging.deadletter.DeadLetters.Query;
import dev.outrail.messaging.deadletter.DeadLetters.Retried;
import dev.outrail.messaging.listener.EventListeners;
import dev.outrail.messaging.listener.OutrailListener;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.testbed.Testbed;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

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
  void aPoisonedEventIsParkedTheRestIsAppliedAndARetryAfterTheFixAppliesItInOrder() {
    ConfigurableApplicationContext application = start("--outrail.messaging.tries=3");
    open(application, 10, 20);
    application.getBean(Accounts.class).open(50, "a name that is too long");
    open(application, 60, 20);
    relay.publish();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(welcomed()).hasSize(40));
    append(application, 50, "a later one");
    append(application, 90, "other key");
    relay.publish();

    await().atMost(PATIENCE).until(() -> marks() == 43);
    DeadLetters operator = application.getBean(DeadLetters.class);
    assertThat(welcomed()).doesNotContain(50);
    assertThat(operator.find(Query.ALL, 0, 10))
        .extracting(DeadLetter::key, DeadLetter::state, DeadLetter::attempts)
        .containsExactly(tuple("50", FAILED, 3), tuple("50", BEHIND, 0));
    MeterRegistry meters = application.getBean(MeterRegistry.class);
    assertThat(
            meters.counter("outrail.dead.letters", "consumer", "welcome", "topic", TOPIC).count())
        .isEqualTo(1);
    assertThat(meters.get("outrail.dead.letters.waiting").gauge().value()).isEqualTo(2);
    assertThat(meters.get("outrail.events.failures").functionCounter().count()).isEqualTo(3);
    assertThat(health(application, "outrailDeadLetters").getDetails())
        .containsEntry("waiting", Map.of("welcome", 2L));

    DeadLetter first = operator.find(Query.ALL, 0, 1).get(0);
    assertThat(String.valueOf(inbox(application, first.messageId()).getBody()))
        .contains("Mark[consumer=welcome, at=", "state=FAILED");
    assertThat(String.valueOf(inbox(application, "unknown").getBody()))
        .contains("marks=[]", "deadLetters=[]");
    assertThat(inbox(application, " ").getStatus()).isEqualTo(400);

    Retried failed = operator.retryKey("welcome", TOPIC, "50");
    assertThat(failed.applied()).isZero();
    assertThat(failed.failed()).hasSize(1);

    database
        .jdbc()
        .sql("ALTER TABLE welcome MODIFY owner VARCHAR(100) NOT NULL, DROP KEY account")
        .update();
    assertThat(operator.retryMatching(Query.ALL)).isEqualTo(new Retried(2, List.of(), null));

    assertThat(owners(50)).containsExactly("a name that is too long", "a later one");
    assertThat(operator.summary()).isEmpty();
    append(application, 50, "the last");
    relay.publish();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(owners(50)).hasSize(3));
  }

  /** Another consumer of the same topic. */
  static class Ledger {

    private final JdbcClient jdbc;

    Ledger(JdbcClient jdbc) {
      this.jdbc = jdbc;
    }

    @OutrailListener(consumer = "ledger", topics = TOPIC, types = "account.opened.v1")
    void enter(Welcome.AccountOpened opened) {
      jdbc.sql("INSERT INTO ledger (account, owner) VALUES (:account, :owner)")
          .param("account", opened.id())
          .param("owner", opened.owner())
          .update();
    }
  }

  @Test
  void whatSeveralConsumersHaveParkedEachGetsBackForItself() {
    database
        .jdbc()
        .sql("CREATE TABLE ledger (account INT NOT NULL UNIQUE, owner VARCHAR(10) NOT NULL)")
        .update();
    ConfigurableApplicationContext application =
        start(List.of(Ledger.class), "--outrail.messaging.tries=1");
    application.getBean(Accounts.class).open(10, "a name that is too long");
    relay.publish();
    DeadLetters operator = application.getBean(DeadLetters.class);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(operator.waiting())
                    .containsOnly(Map.entry("welcome", 1L), Map.entry("ledger", 1L)));

    database.jdbc().sql("ALTER TABLE welcome MODIFY owner VARCHAR(100) NOT NULL").update();
    Retried first = operator.retryMatching(Query.ALL);
    assertThat(first.applied()).isEqualTo(1);
    assertThat(first.failed()).hasSize(1);
    assertThat(welcomed()).containsExactly(10);
    assertThat(database.count("ledger")).isZero();

    database.jdbc().sql("ALTER TABLE ledger MODIFY owner VARCHAR(100) NOT NULL").update();
    assertThat(operator.retryMatching(Query.ALL)).isEqualTo(new Retried(1, List.of(), null));
    assertThat(welcomed()).containsExactly(10);
    assertThat(database.count("ledger")).isEqualTo(1);
    assertThat(operator.waiting()).isEmpty();
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
    DeadLetters operator = application.getBean(DeadLetters.class);
    long number = operator.find(Query.ALL, 0, 10).get(0).id();
    DeadLetter letter = operator.get(number).orElseThrow();
    assertThat(letter.payload()).hasSize(7_990_000);
    assertThat(letter.messageId()).isEqualTo(TOPIC + "-0@0");
  }

  @Test
  void aListenerThatEndsIsStartedAgainAndSaysSo() throws Exception {
    ConfigurableApplicationContext application =
        start("--spring.kafka.consumer.auto-offset-reset=none");
    open(application, 10, 5);
    relay.publish();
    EventListeners listeners = application.getBean(EventListeners.class);
    await().atMost(PATIENCE).until(() -> listeners.stopped() == 1);
    assertThat(health(application, "outrailListeners").getStatus()).isEqualTo(Status.DOWN);

    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              rewind();
              return true;
            });

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(welcomed()).hasSize(5));
    assertThat(listeners.stopped()).isZero();
    assertThat(health(application, "outrailListeners").getStatus()).isEqualTo(Status.UP);
  }

  private static WebEndpointResponse<?> inbox(
      ConfigurableApplicationContext application, String id) {
    return application.getBean(InboxEndpoint.class).read(id);
  }

  private static Health health(ConfigurableApplicationContext application, String name) {
    return ((HealthIndicator)
            application.getBean(HealthContributorRegistry.class).getContributor(name))
        .health();
  }

  @Test
  void whatAnEarlierReleaseParkedInATopicIsTakenOverOnce() throws Exception {
    Testbed.shared().kafka().createTopic(TOPIC + "-dlt", 2);
    String id = UUID.randomUUID().toString();
    String appliedBefore = UUID.randomUUID().toString();
    database
        .jdbc()
        .sql("INSERT INTO processed_message (consumer, message_id) VALUES ('welcome', :id)")
        .param("id", appliedBefore)
        .update();
    try (KafkaProducer<String, byte[]> former =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new StringSerializer(),
            new ByteArraySerializer())) {
      former.send(oldLetter(id, "welcome", 10)).get();
      former.send(oldLetter(appliedBefore, "welcome", 11)).get();
      former.send(oldLetter(UUID.randomUUID().toString(), "of another group", 12)).get();
    }

    ConfigurableApplicationContext application = start();
    DeadLetters operator = application.getBean(DeadLetters.class);
    await().atMost(PATIENCE).until(() -> operator.waiting().containsKey("welcome"));
    DeadLetter letter = operator.get(operator.find(Query.ALL, 0, 10).get(0).id()).orElseThrow();
    assertThat(letter.messageId()).isEqualTo(id);
    assertThat(letter.cause()).contains("as it was said then");
    assertThat(letter.headers()).containsOnlyKeys("id", "eventType");
    assertThat(letter.topic() + letter.partition() + letter.offset()).isEqualTo(TOPIC + 0 + 4711);
    application.close();

    DeadLetters again = start().getBean(DeadLetters.class);
    assertThat(again.retryMatching(Query.ALL)).isEqualTo(new Retried(1, List.of(), null));
    assertThat(welcomed()).containsExactly(10);
    assertThat(again.waiting()).isEmpty();
  }

  @Test
  void aCopyGoesToATopicWhereThatIsAskedForAndIsNeverTakenBack() {
    Testbed.shared().kafka().createTopic(TOPIC + "-dlt", 1);
    ConfigurableApplicationContext application =
        start("--outrail.messaging.tries=1", "--outrail.messaging.dead-letter-mirror=true");
    application.getBean(Accounts.class).open(10, "a name that is too long");
    relay.publish();

    List<ConsumerRecord<String, byte[]>> copies = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> reader =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(TOPIC + "-dlt", 0);
      reader.assign(List.of(partition));
      reader.seekToBeginning(List.of(partition));
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                reader.poll(Duration.ofMillis(200)).forEach(copies::add);
                return !copies.isEmpty();
              });
    }
    assertThat(copies.get(0).headers().lastHeader("kafka_dlt-original-topic").value())
        .isEqualTo(TOPIC.getBytes(UTF_8));
    application.close();
    database.jdbc().sql("DELETE FROM processed_message").update();
    database.jdbc().sql("DELETE FROM dead_letter").update();
    database.jdbc().sql("DELETE FROM held_key").update();

    ConfigurableApplicationContext next = start();
    await().atMost(PATIENCE).until(() -> committed("welcome-dlt", TOPIC + "-dlt") == 1);
    assertThat(next.getBean(DeadLetters.class).waiting()).isEmpty();
  }

  private static ProducerRecord<String, byte[]> oldLetter(String id, String group, int account) {
    ProducerRecord<String, byte[]> letter =
        new ProducerRecord<>(
            TOPIC + "-dlt",
            "" + account,
            "{\"id\":%d,\"owner\":\"owner\"}".formatted(account).getBytes(UTF_8));
    letter.headers().add("id", id.getBytes(UTF_8));
    letter.headers().add("eventType", "account.opened.v1".getBytes(UTF_8));
    letter.headers().add("kafka_dlt-original-topic", TOPIC.getBytes(UTF_8));
    letter.headers().add("kafka_dlt-original-partition", new byte[4]);
    letter
        .headers()
        .add("kafka_dlt-original-offset", ByteBuffer.allocate(Long.BYTES).putLong(4711).array());
    letter.headers().add("kafka_dlt-original-consumer-group", group.getBytes(UTF_8));
    letter.headers().add("kafka_dlt-exception-message", "as it was said then".getBytes(UTF_8));
    return letter;
  }

  @Test
  void aFailureOfTheSurroundingsIsTriedBeyondTheBoundAndStopsARetry() {
    ConfigurableApplicationContext application = start("--outrail.messaging.tries=1");
    application.getBean(Accounts.class).open(10, "a name that is too long");
    relay.publish();
    DeadLetters operator = application.getBean(DeadLetters.class);
    await().atMost(PATIENCE).until(() -> operator.waiting().containsKey("welcome"));

    database.jdbc().sql("RENAME TABLE welcome TO elsewhere").update();
    Retried stopped = operator.retryMatching(Query.ALL);
    assertThat(stopped.stopped()).contains("welcome");
    assertThat(stopped.failed()).isEmpty();
    assertThat(operator.find(Query.ALL, 0, 10).get(0).attempts()).as("unchanged").isEqualTo(1);
    open(application, 11, 5);
    EventListeners listeners = application.getBean(EventListeners.class);
    long before = listeners.failures();
    relay.publish();
    await().atMost(PATIENCE).until(() -> listeners.failures() > before + 4);
    database.jdbc().sql("RENAME TABLE elsewhere TO welcome").update();

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(welcomed()).hasSize(5));
    assertThat(operator.waiting()).containsOnly(Map.entry("welcome", 1L));
  }

  @Test
  void marksThatNoReplayCanNeedAreForgottenByThemselves() throws Exception {
    TopicSettings.set(TOPIC, Map.of("retention.ms", "3600000", "segment.ms", "3600000"));
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
                "--spring.kafka.bootstrap-servers=" + servers));
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

  private static void append(ConfigurableApplicationContext application, int id, String owner) {
    Outbox outbox = application.getBean(Outbox.class);
    new TransactionTemplate(application.getBean(PlatformTransactionManager.class))
        .executeWithoutResult(
            status ->
                outbox.append(
                    OutboxEvent.json(
                        TOPIC,
                        Integer.toString(id),
                        "account.opened.v1",
                        "{\"id\":%d,\"owner\":\"%s\"}".formatted(id, owner))));
  }

  private List<String> owners(int account) {
    return database
        .jdbc()
        .sql("SELECT owner FROM welcome WHERE account = :account ORDER BY number")
        .param("account", account)
        .query(String.class)
        .list();
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
    return committed("welcome", TOPIC);
  }

  private long committed(String group, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      OffsetAndMetadata offset =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get()
              .get(new TopicPartition(topic, 0));
      return offset == null ? 0 : offset.offset();
    }
  }
}
