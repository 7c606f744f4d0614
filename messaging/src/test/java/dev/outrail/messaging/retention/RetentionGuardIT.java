package dev.outrail.messaging.retention;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.outrail.messaging.MessagingDatabase;
import dev.outrail.messaging.TopicSettings;
import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.inbox.InboxPurge;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.testbed.Testbed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class RetentionGuardIT {

  private static final Duration DAY = Duration.ofDays(1);

  private final String servers = Testbed.shared().kafka().bootstrapServers();
  private final String topic = "retention-" + UUID.randomUUID();
  private final InstantSource clock = InstantSource.system();

  @Test
  void aRetentionShorterThanTheTopicsIsRefusedWithBothFigures() throws Exception {
    Testbed.shared().kafka().createTopic(topic, 2);
    TopicSettings.set(topic, Map.of("retention.ms", "604800000", "segment.ms", "86400000"));

    assertThatCode(() -> guard(DAY.multipliedBy(9)).check()).doesNotThrowAnyException();
    assertThatThrownBy(() -> guard(DAY.multipliedBy(8)).check())
        .isInstanceOf(RetentionTooShortException.class)
        .hasMessageContaining("outrail.messaging.inbox.retention is PT192H")
        .hasMessageContaining("topic " + topic + " keeps records for up to PT192H")
        .hasMessageContaining("Raise the retention to PT193H or more");
  }

  @Test
  void aGroupThatLagsBehindTheRetentionIsFound() throws Exception {
    Testbed.shared().kafka().createTopic(topic, 1);
    TopicSettings.set(topic, Map.of("retention.ms", "3600000", "segment.ms", "3600000"));
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    send(now.minus(Duration.ofMinutes(50)));
    send(now.minus(Duration.ofMinutes(40)));
    Duration tight = Duration.ofHours(3).plusMinutes(1);
    assertThat(lag(0, now)).isEqualTo(Duration.ofMinutes(50));
    assertThat(lag(1, now)).isEqualTo(Duration.ofMinutes(40));
    assertThat(lag(2, now)).isZero();

    // The clock of a later time: the broker has not come round to deleting.
    Instant later = now.plus(DAY);
    commit(1);
    assertThatThrownBy(() -> new RetentionGuard(tight, List.of(horizon(() -> later))).check())
        .isInstanceOf(RetentionTooShortException.class)
        .hasMessageContaining("consumer group " + topic + " has yet to read records");
    assertStartsAndPurgesNothing(new RetentionGuard(tight, List.of(horizon(() -> later))));
    commit(2);
    assertThatCode(() -> new RetentionGuard(tight, List.of(horizon(() -> later))).check())
        .doesNotThrowAnyException();
  }

  /** Else the lag would be there for good. */
  private static void assertStartsAndPurgesNothing(RetentionGuard guard) {
    InboxRetention lagging = new InboxRetention(DAY, null, DAY, guard, new InboxPurge(null, null));
    lagging.start();
    try {
      assertThat(lagging.isRunning()).isTrue();
      lagging.round();
      assertThat(lagging.state()).isEqualTo(InboxRetention.State.REFUSED);
    } finally {
      lagging.stop();
    }
  }

  @Test
  void theRelayIsAskedHowFarBackItCanReplay() throws Exception {
    HttpServer relay =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String[] horizon = {""};
    relay.createContext(
        "/status",
        exchange -> {
          byte[] body = ("{\"replayHorizon\":" + horizon[0] + "}").getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    relay.start();
    try {
      RelayHorizon source =
          new RelayHorizon(URI.create("http://localhost:" + relay.getAddress().getPort()));
      RetentionGuard guard = new RetentionGuard(DAY.multipliedBy(31), List.of(source));

      horizon[0] = "{\"known\":true,\"outboxSeconds\":604800,\"binlogSeconds\":2592000}";
      assertThatCode(guard::check).doesNotThrowAnyException();

      horizon[0] = "{\"known\":true,\"outboxSeconds\":null,\"binlogSeconds\":2592000}";
      assertThatThrownBy(guard::check)
          .isInstanceOf(RetentionTooShortException.class)
          .hasMessageContaining("purge.mode");

      horizon[0] = "{\"known\":true,\"outboxSeconds\":604800,\"binlogSeconds\":2678400}";
      assertThatThrownBy(guard::check)
          .isInstanceOf(RetentionTooShortException.class)
          .hasMessageContaining("PT744H (binlog_expire_logs_seconds)");

      horizon[0] = "{\"known\":false,\"outboxSeconds\":604800,\"binlogSeconds\":null}";
      assertThatThrownBy(guard::check).isInstanceOf(HorizonUnknownException.class);
    } finally {
      relay.stop(0);
    }
  }

  @Test
  void whatChangesLaterStopsThePurgeAndNothingIsForgotten() throws Exception {
    Testbed.shared().kafka().createTopic(topic, 1);
    TopicSettings.set(topic, Map.of("retention.ms", "3600000", "segment.ms", "3600000"));
    try (MessagingDatabase database = new MessagingDatabase()) {
      Inbox inbox = new JdbcInbox(database.dataSource(), database.transactionManager());
      inbox.applyOnce("ledger", "0192f0c1-2a3b-7c4d-8e5f-001122334455", () -> {});
      database.jdbc().sql("UPDATE processed_message SET processed_at = '2026-01-01'").update();
      Duration retention = DAY;
      InboxRetention purging =
          new InboxRetention(
              retention,
              null,
              Duration.ofHours(1),
              guard(retention),
              new InboxPurge(database.jdbc(), database.transactionManager()));
      purging.start();
      try {
        TopicSettings.set(topic, Map.of("retention.ms", "86400000"));
        purging.round();
        assertThat(purging.state()).isEqualTo(InboxRetention.State.REFUSED);
        assertThat(database.count("processed_message")).isEqualTo(1);

        TopicSettings.set(topic, Map.of("retention.ms", "3600000"));
        purging.round();
        assertThat(purging.state()).isEqualTo(InboxRetention.State.PURGED);
        assertThat(database.count("processed_message")).isZero();
      } finally {
        purging.stop();
      }
    }
  }

  @Test
  void aRetentionThatIsTooShortStopsTheStartAndOneThatCannotBeComparedDoesNot() throws Exception {
    Testbed.shared().kafka().createTopic(topic, 1);
    TopicSettings.set(topic, Map.of("retention.ms", "-1"));
    InboxRetention tooShort =
        new InboxRetention(DAY, null, DAY, guard(DAY), new InboxPurge(null, null));

    assertThatThrownBy(tooShort::start).isInstanceOf(RetentionTooShortException.class);
    assertThat(tooShort.isRunning()).isFalse();

    RetentionGuard blind =
        new RetentionGuard(
            DAY,
            List.of(
                () -> {
                  throw new HorizonUnknownException("down", null);
                }));
    InboxRetention unknown = new InboxRetention(DAY, null, DAY, blind, new InboxPurge(null, null));
    unknown.start();
    assertThat(unknown.isRunning()).isTrue();
    unknown.stop();
  }

  @Test
  void whatDoesNotAnswerIsUnknownAndNotShort() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0)) {
      nobody = free.getLocalPort();
    }
    TopicHorizon kafka =
        new TopicHorizon(
            topic,
            topic,
            Map.of("bootstrap.servers", "localhost:" + nobody, "default.api.timeout.ms", 2_000),
            this::consumer,
            clock);
    RelayHorizon relay = new RelayHorizon(URI.create("http://localhost:" + nobody));

    assertThatThrownBy(kafka::read).isInstanceOf(HorizonUnknownException.class);
    assertThatThrownBy(relay::read).isInstanceOf(HorizonUnknownException.class);
  }

  private RetentionGuard guard(Duration retention) {
    return new RetentionGuard(retention, List.of(horizon(clock)));
  }

  private TopicHorizon horizon(InstantSource at) {
    return new TopicHorizon(topic, topic, Map.of("bootstrap.servers", servers), this::consumer, at);
  }

  private KafkaConsumer<String, byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            servers,
            "group.id",
            topic,
            "auto.offset.reset",
            "earliest",
            "enable.auto.commit",
            false),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  private Duration lag(long committed, Instant now) throws Exception {
    commit(committed);
    return horizon(() -> now).read().stream()
        .filter(each -> each.what().contains("consumer group"))
        .findFirst()
        .orElseThrow()
        .reach();
  }

  private void commit(long offset) {
    try (KafkaConsumer<String, byte[]> consumer = consumer()) {
      consumer.commitSync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)));
    }
  }

  private void send(Instant at) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, 0, at.toEpochMilli(), "key", new byte[1]));
    }
  }
}
