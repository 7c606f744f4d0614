package dev.outrail.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.kafka.KafkaBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each line of docs/reading-the-topics.md, as the clients do it. */
@Tag("long")
class ReadingTheTopicsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration A_POLL = Duration.ofMillis(100);

  private final KafkaBroker kafka = Testbed.shared().kafka();
  private final String topic = "reading-" + UUID.randomUUID();
  private final TopicPartition partition = new TopicPartition(topic, 0);
  private KafkaProducer<String, String> producer;

  @BeforeEach
  void begin() {
    kafka.createTopic(topic, 1);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", topic),
            new StringSerializer(),
            new StringSerializer());
    producer.initTransactions();
  }

  @AfterEach
  void end() {
    producer.close();
  }

  @Test
  void javaClientsReadWhatWasAbortedUnlessTheyAreTold() {
    aRunAnAttemptAndARun();

    assertThat(read(consumer("isolation.level", "read_committed"), 3))
        .containsExactly("a", "b", "c");
    assertThat(read(consumer(), 4)).containsExactly("a", "b", "ABORTED", "c");
  }

  @Test
  void aShareGroupIsToldByItsOwnSettingAndNotByTheConsumers() throws Exception {
    aRunAnAttemptAndARun();

    assertThat(readShared("share-" + topic, 4, "earliest", null))
        .containsExactly("a", "b", "ABORTED", "c");
    assertThat(readShared("committed-" + topic, 3, "earliest", "read_committed"))
        .containsExactly("a", "b", "c");
    assertThatThrownBy(
            () ->
                new KafkaShareConsumer<>(
                    properties("isolation.level", "read_committed"),
                    new StringDeserializer(),
                    new StringDeserializer()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("isolation.level");
  }

  @Test
  void whoCommitsTheRecordsOffsetStaysOneBehindTheMarker() throws Exception {
    aRunAnAttemptAndARun();
    try (KafkaConsumer<String, String> reader = consumer("isolation.level", "read_committed")) {
      reader.subscribe(List.of(topic));
      ConsumerRecord<String, String> last = poll(reader, 3).get(2);

      reader.commitSync();
      assertThat(lag(reader.groupMetadata().groupId())).isZero();
      reader.commitSync(Map.of(partition, new OffsetAndMetadata(last.offset() + 1)));
      assertThat(lag(reader.groupMetadata().groupId())).isEqualTo(1);
    }
  }

  /** The request time-out, 30 s unless set, is what passes between two look-ups. */
  @Test
  void aStartByDurationOnAQuietTopicPassesOverWhatIsOlderThanItAtTheNextLookUp() {
    try (KafkaConsumer<String, String> reader =
        consumer("auto.offset.reset", "by_duration:PT1S", "request.timeout.ms", "6000")) {
      reader.subscribe(List.of(topic));
      long begun = System.nanoTime();
      while (reader.assignment().isEmpty()) {
        assertThat(reader.poll(A_POLL)).isEmpty();
      }
      assertThat(reader.poll(Duration.ofSeconds(1))).isEmpty();
      commit("passed over");
      List<String> seen = new ArrayList<>();
      while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(9)) {
        reader.poll(A_POLL).forEach(found -> seen.add(found.value()));
      }
      assertThat(seen).isEmpty();

      for (int i = 0; seen.isEmpty() && System.nanoTime() - begun < PATIENCE.toNanos(); i++) {
        commit("later " + i);
        reader.poll(Duration.ofMillis(300)).forEach(found -> seen.add(found.value()));
      }
      assertThat(seen).isNotEmpty().doesNotContain("passed over");
    }
  }

  @Test
  void moreThanOneByteAtLeastMakesASmallEventWaitForOthers() throws Exception {
    assertThat(fastest("fetch.min.bytes", "1")).isLessThan(Duration.ofMillis(200));
    assertThat(fastest("fetch.min.bytes", "1000")).isGreaterThan(Duration.ofMillis(200));
  }

  @Test
  void atATombstoneATypedReaderIsNotAskedAndItsHeadersAreOnTheRecord() {
    producer.beginTransaction();
    ProducerRecord<String, String> gone = new ProducerRecord<>(topic, "k", null);
    gone.headers().add("ce_type", "account.deleted.v1".getBytes(UTF_8));
    producer.send(gone);
    producer.commitTransaction();
    AtomicInteger asked = new AtomicInteger();
    Deserializer<String> typed =
        (name, bytes) -> {
          asked.incrementAndGet();
          return "an event";
        };

    try (KafkaConsumer<String, String> reader =
        new KafkaConsumer<>(properties(), new StringDeserializer(), typed)) {
      reader.subscribe(List.of(topic));
      ConsumerRecord<String, String> found = poll(reader, 1).get(0);

      assertThat(found.value()).isNull();
      assertThat(asked).hasValue(0);
      assertThat(found.headers().lastHeader("ce_type").value())
          .isEqualTo("account.deleted.v1".getBytes(UTF_8));
    }
  }

  @Test
  void kcatReadsWhatIsCommittedAndCountsMarkersFromTheEnd() throws Exception {
    assumeTrue(found("kcat", "-V"), "no kcat on the path");
    aRunAnAttemptAndARun();

    assertThat(kcat("-o", "beginning")).containsExactly("a", "b", "c");
    assertThat(kcat("-o", "beginning", "-X", "isolation.level=read_uncommitted"))
        .containsExactly("a", "b", "ABORTED", "c");
    assertThat(kcat("-o", "-1")).isEmpty();
    assertThat(kcat("-o", "-2")).containsExactly("c");
  }

  @Test
  void kafkajsReadsWhatIsCommittedAndStaysOneBehind() throws Exception {
    assumeTrue(found("node", "-e", "require('kafkajs')"), "no kafkajs on NODE_PATH");
    aRunAnAttemptAndARun();
    String script =
        """
        const { Kafka, logLevel } = require('kafkajs');
        const [broker, topic] = process.argv.slice(1);
        const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.ERROR });
        const consumer = kafka.consumer({ groupId: 'js-' + topic });
        (async () => {
          await consumer.connect();
          await consumer.subscribe({ topic, fromBeginning: true });
          await consumer.run({ eachMessage: async ({ message }) => {
            console.log(message.value.toString());
            if (message.value.toString() === 'c') setTimeout(async () => {
              await consumer.disconnect();
              process.exit(0);
            }, 100);
          } });
        })();
        """;

    assertThat(output("node", "-e", script, kafka.bootstrapServers(), topic))
        .containsExactly("a", "b", "c");
    assertThat(lag("js-" + topic)).isEqualTo(1);
  }

  /** Offsets 0, 1, a marker, an aborted 3 with its marker, 5, a marker. */
  private void aRunAnAttemptAndARun() {
    commit("a", "b");
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(topic, "k", "ABORTED"));
    producer.flush();
    producer.abortTransaction();
    commit("c");
  }

  private void commit(String... values) {
    producer.beginTransaction();
    for (String value : values) {
      producer.send(new ProducerRecord<>(topic, "k", value));
    }
    producer.commitTransaction();
  }

  private Duration fastest(String key, String value) throws Exception {
    long best = Long.MAX_VALUE;
    try (KafkaConsumer<String, String> reader =
        consumer("isolation.level", "read_committed", key, value)) {
      reader.assign(List.of(partition));
      reader.seekToEnd(List.of(partition));
      reader.position(partition);
      for (int i = 0; i < 5; i++) {
        reader.poll(Duration.ofMillis(50)); // it asks for more before there is any
        CompletableFuture<Long> committed =
            CompletableFuture.supplyAsync(
                () -> {
                  commit("small");
                  return System.nanoTime();
                });
        poll(reader, 1);
        best = Math.min(best, System.nanoTime() - committed.get());
      }
    }
    return Duration.ofNanos(best);
  }

  private List<String> readShared(String group, int count, String from, String isolation)
      throws Exception {
    Collection<AlterConfigOp> settings = new ArrayList<>();
    settings.add(set("share.auto.offset.reset", from));
    if (isolation != null) {
      settings.add(set("share.isolation.level", isolation));
    }
    try (Admin admin = kafka.admin()) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
      admin.incrementalAlterConfigs(Map.of(resource, settings)).all().get();
    }
    Map<String, Object> own = new HashMap<>(properties("group.id", group));
    own.remove("auto.offset.reset");
    own.remove("enable.auto.commit");
    List<String> values = new ArrayList<>();
    try (KafkaShareConsumer<String, String> reader =
        new KafkaShareConsumer<>(own, new StringDeserializer(), new StringDeserializer())) {
      reader.subscribe(List.of(topic));
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        reader.poll(A_POLL).forEach(found -> values.add(found.value()));
      }
    }
    return values;
  }

  private static AlterConfigOp set(String key, String value) {
    return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
  }

  private List<String> read(KafkaConsumer<String, String> consumer, int count) {
    try (consumer) {
      consumer.subscribe(List.of(topic));
      return poll(consumer, count).stream().map(ConsumerRecord::value).toList();
    }
  }

  private static List<ConsumerRecord<String, String>> poll(
      KafkaConsumer<String, String> consumer, int count) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (records.size() < count && System.nanoTime() < deadline) {
      consumer.poll(A_POLL).forEach(records::add);
    }
    return records;
  }

  private KafkaConsumer<String, String> consumer(String... settings) {
    return new KafkaConsumer<>(
        properties(settings), new StringDeserializer(), new StringDeserializer());
  }

  private Map<String, Object> properties(String... settings) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put("group.id", "group-" + UUID.randomUUID());
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", false);
    for (int i = 0; i < settings.length; i += 2) {
      properties.put(settings[i], settings[i + 1]);
    }
    return properties;
  }

  /** As the tools show it: the end that a committed reader may reach, less what is committed. */
  private long lag(String group) throws Exception {
    try (Admin admin = kafka.admin()) {
      long committed =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get()
              .get(partition)
              .offset();
      return admin
              .listOffsets(Map.of(partition, OffsetSpec.latest()))
              .all()
              .get()
              .get(partition)
              .offset()
          - committed;
    }
  }

  private List<String> kcat(String... more) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of("kcat", "-C", "-q", "-e", "-b", kafka.bootstrapServers(), "-t", topic));
    words.addAll(List.of(more));
    return output(words.toArray(String[]::new));
  }

  private static List<String> output(String... words) throws Exception {
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", words)).isZero();
    return text.lines().toList();
  }

  private static boolean found(String... words) {
    try {
      output(words);
      return true;
    } catch (Exception | AssertionError e) {
      return false;
    }
  }
}
