package dev.outrail.relay;

import dev.outrail.relay.crash.CrashAgentJar;
import dev.outrail.relay.crash.CrashPoint;
import dev.outrail.relay.crash.Fault;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.process.ExecutableJars;
import dev.outrail.testbed.process.ManagedProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A relay in a process of its own, with databases, an account and topics that nobody else uses. The
 * account has the rights that the README names, and no others.
 */
final class RelayHarness implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(90);

  static final String TOKEN = "a-token-nobody-guesses";

  private static final String GRANTS = "REPLICATION SLAVE, REPLICATION CLIENT ON *.*";

  final Testbed testbed;
  final String suffix;
  final List<String> schemas;
  final Map<String, String> settings = new TreeMap<>();
  final Map<String, String> environment = new TreeMap<>();
  final Path folder;
  List<String> jvmArgs = jvmArgs(256);
  private final String user;
  private final List<ManagedProcess> processes = new ArrayList<>();
  private ManagedProcess process;

  RelayHarness(Testbed testbed, String... schemaNames) {
    this.testbed = testbed;
    this.suffix = Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);
    this.user = "relay_" + suffix;
    List<String> names = new ArrayList<>();
    for (String name : schemaNames) {
      names.add(name + "_" + suffix);
    }
    this.schemas = List.copyOf(names);
    try {
      this.folder = Files.createTempDirectory("relay-it");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> grants = new ArrayList<>(List.of(GRANTS));
    for (String schema : schemas) {
      testbed.mysql().createDatabase(schema);
      testbed.mysql().execute("USE " + schema + ";" + messagingTables());
      grants.add("SELECT ON " + schema + ".outbox");
      grants.add("LOCK TABLES ON " + schema + ".*");
    }
    testbed.mysql().createUser(user, "se;cret", grants.toArray(String[]::new));
    set("name", "it-" + suffix);
    set("mysql.host", testbed.mysql().host());
    set("mysql.port", Integer.toString(testbed.mysql().port()));
    set("mysql.user", user);
    set("mysql.password", "se;cret");
    set("outbox.schemas", String.join(",", schemas));
    set("kafka.bootstrap.servers", testbed.kafka().bootstrapServers());
    set("position.topic", "positions-" + suffix);
    set("quarantine.topic", "quarantine-" + suffix);
    set("audit.topic", "audit-" + suffix);
    set("position.interval.ms", "1000");
    set("http.port", "0");
    set("http.bind", "127.0.0.1");
    set("http.health.port", "0");
    set("http.health.bind", "127.0.0.1");
    set("topics.partitions", "3");
  }

  /** As shipped, but for a quick start. */
  static List<String> jvmArgs(int heapMegabytes) {
    return List.of(
        "-Xmx" + heapMegabytes + "m",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1");
  }

  RelayHarness set(String key, String value) {
    settings.put(key, value);
    return this;
  }

  String schema() {
    return schemas.get(0);
  }

  String topic(String name) {
    return name + "-" + suffix;
  }

  ManagedProcess launch(String... arguments) {
    return launch(List.of(), arguments);
  }

  /** Launches one that kills itself when it passes the point for the {@code hit}-th time. */
  ManagedProcess launch(CrashPoint point, int hit) {
    return launch(List.of(CrashAgentJar.jvmArgument(point, hit)));
  }

  /** Launches one to which a fault happens once the file is there. */
  ManagedProcess launch(Fault fault, Path when) {
    return launch(List.of(CrashAgentJar.jvmArgument(fault, when)));
  }

  private ManagedProcess launch(List<String> jvmArguments, String... arguments) {
    Path file = folder.resolve("relay.properties");
    Properties properties = new Properties();
    properties.putAll(settings);
    try (var out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> all = new ArrayList<>(List.of("--config", file.toString()));
    all.addAll(List.of(arguments));
    process =
        ManagedProcess.jar(ExecutableJars.find("outbox-relay"))
            .name("relay-" + suffix + "-" + processes.size())
            .jvmArgs(jvmArgs)
            .jvmArgs(jvmArguments)
            .environment(environment)
            .args(all)
            .start();
    processes.add(process);
    return process;
  }

  /** Launches and waits until it reads. */
  RelayHarness start() {
    launch().awaitLog("RUNNING", PATIENCE);
    return this;
  }

  ManagedProcess process() {
    return process;
  }

  /** How many events the running relay says that it has published. */
  long published() {
    return (long) metric("outrail_relay_events_published_total ");
  }

  /** The lag of which it speaks. */
  double lagSeconds() {
    return metric("outrail_relay_lag_seconds ");
  }

  /** The sum of all its figures whose names and labels begin like that; there must be one. */
  double metric(String prefix) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(prefix))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .reduce(Double::sum)
        .orElseThrow(() -> new AssertionError("no metric " + prefix));
  }

  void allowMessagesOf(String topic, int bytes) throws Exception {
    try (var admin = testbed.kafka().admin()) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
      AlterConfigOp raise =
          new AlterConfigOp(
              new ConfigEntry("max.message.bytes", Integer.toString(bytes)),
              AlterConfigOp.OpType.SET);
      admin.incrementalAlterConfigs(Map.of(resource, Set.of(raise))).all().get();
    }
  }

  /** SIGKILL, at once. */
  void kill() {
    process.kill();
  }

  URI uri(String path) {
    return uri(process, path);
  }

  static URI uri(ManagedProcess process, String path) {
    var port =
        java.util.regex.Pattern.compile("verbs on http://127\\.0\\.0\\.1:(\\d+)/")
            .matcher(process.awaitLog("verbs on http://127\\.0\\.0\\.1:\\d+/", PATIENCE).log());
    String last = "";
    while (port.find()) {
      last = port.group(1);
    }
    return URI.create("http://127.0.0.1:" + last + path);
  }

  HttpResponse<String> get(String path) {
    return get(process, path);
  }

  static HttpResponse<String> get(ManagedProcess process, String path) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(uri(process, path)).timeout(Duration.ofSeconds(10)).build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What an operator asks for; needs {@link #TOKEN} as {@code http.token}. */
  HttpResponse<String> post(String path, String body) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(uri(path))
                  .timeout(PATIENCE)
                  .header("Content-Type", "application/json")
                  .header("Authorization", "Bearer " + TOKEN)
                  .header("X-Operator", "ada")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  Connection connection() throws SQLException {
    return testbed.mysql().dataSource(schema()).getConnection();
  }

  String insert(String topic, String key, String payload) {
    return insert(schema(), topic, key, payload);
  }

  /** One committed event; its id. */
  String insert(String schema, String topic, String key, String payload) {
    try (Connection connection = testbed.mysql().dataSource(schema).getConnection()) {
      return insert(connection, topic, key, payload);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static String insert(Connection connection, String topic, String key, String payload)
      throws SQLException {
    return insert(connection, topic, key, payload.getBytes(StandardCharsets.UTF_8));
  }

  static String insert(Connection connection, String topic, String key, byte[] payload)
      throws SQLException {
    String id = UUID.randomUUID().toString();
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload) VALUES (?, ?, ?, 'test.v1', ?)")) {
      insert.setString(1, id);
      insert.setString(2, topic);
      insert.setString(3, key);
      insert.setBytes(4, payload);
      insert.executeUpdate();
    }
    return id;
  }

  /** Everything that a read_committed reader finds up to the end, partition by partition. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    read(topic, records::add);
    return records;
  }

  /** The same, one by one, for more than fits into memory. */
  void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", testbed.kafka().bootstrapServers());
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    if (!testbed.kafka().topics().contains(topic)) {
      return;
    }
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(reader);
      }
    }
  }

  List<String> ids(String topic) {
    return read(topic).stream().map(record -> header(record, "id")).toList();
  }

  static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    processes.forEach(ManagedProcess::close);
  }

  static String messagingTables() {
    try (InputStream in = RelayHarness.class.getResourceAsStream("/outrail/schema/messaging.sql")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("--"))
          .reduce("", (a, b) -> a + "\n" + b);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "relay %s".formatted(suffix).toLowerCase(Locale.ROOT);
  }
}
