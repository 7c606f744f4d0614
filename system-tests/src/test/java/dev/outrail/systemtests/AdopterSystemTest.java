package dev.outrail.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.process.ExecutableJars;
import dev.outrail.testbed.process.FreePorts;
import dev.outrail.testbed.process.ManagedProcess;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Somebody else's application, with JPA and with Spring Boot's own versions, that has of us what
 * the library's README tells it to have; on Spring Boot 4.1, and the same sources on 3.5.
 */
class AdopterSystemTest {

  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path ROOT = Path.of(System.getProperty(ExecutableJars.ROOT_PROPERTY));
  private static final String TOPIC = "accounts";
  private static final String TABLES =
      """
      CREATE TABLE account (id INT PRIMARY KEY, owner VARCHAR(100) NOT NULL);
      CREATE TABLE letter (
        number BIGINT AUTO_INCREMENT PRIMARY KEY, account INT NOT NULL, owner VARCHAR(10) NOT NULL);
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port = FreePorts.reserve();
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private Testbed testbed;
  private JdbcClient jdbc;
  private ManagedProcess relay;
  private ManagedProcess application;

  private void start(String module) throws Exception {
    testbed = Testbed.start(); // its own: both applications read the same topic
    started.push(testbed);
    jdbc = JdbcClient.create(testbed.mysql().dataSource("adopter"));
    testbed.mysql().createDatabase("adopter");
    testbed.mysql().execute("USE adopter; " + messagingTables() + TABLES);
    testbed
        .mysql()
        .createUser(
            "adopters_relay",
            "secret",
            "REPLICATION SLAVE, REPLICATION CLIENT ON *.*",
            "SELECT ON adopter.outbox",
            "LOCK TABLES ON adopter.*");
    testbed.kafka().createTopic(TOPIC, 1);
    Path folder =
        Files.createTempDirectory(
                Files.createDirectories(Path.of("target", "mall-logs")), "adopter-")
            .toAbsolutePath();
    relay = relay(folder);
    started.push(relay);
    application = application(module, folder);
    started.push(application);
    relay.start();
    application.start();
    awaitReady();
  }

  @AfterEach
  void end() throws Exception {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }

  @ParameterizedTest
  @CsvSource({"adopter, 4.1", "adopter-boot3, 3.5"})
  void aJpaApplicationAppendsAppliesParksAndRecoversFromKillsWithEachEffectOnce(
      String module, String springBoot) throws Exception {
    start(module);
    assertThat(logged(":: Spring Boot ::")).singleElement().asString().contains("v" + springBoot);
    for (int id = 1; id <= 20; id++) {
      assertThat(open(id, "owner")).isEqualTo(200);
    }
    awaitLetters(20);
    assertThat(open(20, "twice")).as("rolled back, with its event").isEqualTo(500);

    assertThat(open(21, "a name that is too long for a letter")).isEqualTo(200);
    assertThat(open(22, "behind it")).isEqualTo(200);
    awaitLetters(21);
    appendAnotherOf(21, "later");
    await(
        "parked, and what is behind it",
        () -> assertThat(deadLetters("", null)).contains("\"failed\":1", "\"behind\":1"));
    assertThat(deadLetters("/find?key=21&limit=1", null))
        .containsOnlyOnce("\"number\"")
        .contains("\"key\":\"21\"", "\"parkedAt\":\"20");

    for (int id = 23; id <= 200; id++) {
      assertThat(open(id, "owner")).isEqualTo(200);
      if (id == 100) {
        application.kill();
        relay.kill();
        relay.start();
        application.start();
        awaitReady();
      }
    }
    awaitLetters(199);

    jdbc.sql("ALTER TABLE letter MODIFY owner VARCHAR(100) NOT NULL").update();
    assertThat(deadLetters("/retry", "{\"topic\":\"accounts\",\"key\":\"21\"}"))
        .contains("\"applied\":2");
    awaitLetters(201);

    application.stop(PATIENCE);
    deliverAllOfItAgain();
    application.start();
    awaitReady();
    await("read to the end once more", () -> assertThat(committed()).isGreaterThan(199));

    assertThat(logged("clientId=welcome-accounts-1,"))
        .as("spring.kafka.listener.concurrency")
        .isNotEmpty();
    assertThat(letters()).hasSize(201).doesNotHaveDuplicates();
    assertThat(letters())
        .filteredOn(letter -> letter.startsWith("21 "))
        .as("in the order of their key")
        .containsExactly("21 a name that is too long for a letter", "21 later");
    assertThat(count("account")).isEqualTo(200);
    assertThat(count("outbox")).as("one for each account, and one").isEqualTo(201);
    assertThat(count("processed_message")).isEqualTo(201);
    List<String> ids = Topic.ids(Topic.readAll(testbed.kafka(), TOPIC));
    assertThat(ids).hasSize(201).doesNotHaveDuplicates();
  }

  @Test
  void hasOfUsWhatTheReadmeSaysAndNothingElse() throws Exception {
    String readme = Files.readString(ROOT.resolve("messaging/README.md"));
    String setUp = section(readme, "Set up");
    String properties =
        Files.readString(ROOT.resolve("adopter/src/main/resources/application.properties"));

    assertThat(pom("adopter"))
        .contains(block(setUp, "xml", 0).replaceAll("\\s+", ""))
        .contains(block(setUp, "xml", 1).replaceAll("\\s+", ""));
    assertThat(pom("adopter-boot3"))
        .contains(block(setUp, "xml", 0).replaceAll("\\s+", ""))
        .contains(block(section(readme, "Spring Boot 3.5"), "xml", 0).replaceAll("\\s+", ""));
    assertThat(setUp).doesNotContain("```properties");
    assertThat(properties).doesNotContain("outrail.").doesNotContain("spring.kafka.");
  }

  private static String section(String readme, String title) {
    return readme.split("## " + title + "\n", 2)[1].split("\n## ", 2)[0];
  }

  private static String pom(String module) throws Exception {
    return Files.readString(ROOT.resolve(module + "/pom.xml")).replaceAll("\\s+", "");
  }

  private static String block(String text, String language, int number) {
    return text.split("```" + language + "\n")[number + 1].split("```", 2)[0];
  }

  private static String messagingTables() throws Exception {
    return Files.readString(ROOT.resolve("schema/src/main/resources/outrail/schema/messaging.sql"));
  }

  private ManagedProcess relay(Path folder) throws Exception {
    Path configuration =
        Files.writeString(
            folder.resolve("relay.properties"),
            """
            name=adopter
            mysql.host=%s
            mysql.port=%d
            mysql.user=adopters_relay
            mysql.password=secret
            outbox.schemas=adopter
            kafka.bootstrap.servers=%s
            topics.replication.factor=1
            http.port=%d
            http.health.port=0
            """
                .formatted(
                    testbed.mysql().host(),
                    testbed.mysql().port(),
                    testbed.kafka().bootstrapServers(),
                    FreePorts.reserve()));
    return ManagedProcess.jar(ExecutableJars.find("outbox-relay"))
        .name("adopters-relay")
        .logFile(folder.resolve("relay.log"))
        .jvmArgs("-Xmx192m", "-XX:+ExitOnOutOfMemoryError", "-XX:+UseSerialGC")
        .jvmArgs("-XX:TieredStopAtLevel=1")
        .args("--config", configuration.toString())
        .build();
  }

  private ManagedProcess application(String module, Path folder) {
    return ManagedProcess.jar(ExecutableJars.find(module))
        .name(module)
        .logFile(folder.resolve(module + ".log"))
        .jvmArgs("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        .args(
            "--server.port=" + port,
            "--spring.datasource.url=" + testbed.mysql().jdbcUrl("adopter"),
            "--spring.datasource.username=" + testbed.mysql().rootUser(),
            "--spring.datasource.password=" + testbed.mysql().rootPassword(),
            "--spring.kafka.bootstrap-servers=" + testbed.kafka().bootstrapServers(),
            "--spring.kafka.listener.concurrency=2", // seen in the log
            "--outrail.messaging.tries=3", // half a minute less
            // Or the partition waits 45 s for a member that was killed
            "--spring.kafka.consumer.properties.session.timeout.ms=6000",
            "--spring.kafka.consumer.properties.heartbeat.interval.ms=1000")
        .build();
  }

  private List<String> logged(String part) {
    return application.log().lines().filter(line -> line.contains(part)).toList();
  }

  private void awaitReady() {
    application.awaitHttpOk(uri("/actuator/health"), START);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private int open(int id, String owner) throws Exception {
    String name = URLEncoder.encode(owner, StandardCharsets.UTF_8);
    return send("POST", "/accounts/" + id + "?owner=" + name, null).statusCode();
  }

  /** By hand, as whatever writes the table may. */
  private void appendAnotherOf(int id, String owner) {
    jdbc.sql(
            """
            INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload)
            VALUES (UUID(), 'accounts', :id, 'account.opened.v1', JSON_OBJECT('id', :id, 'owner', :owner))
            """)
        .param("id", id)
        .param("owner", owner)
        .update();
  }

  /**
   * @param body what is posted; null: it is a GET
   */
  private String deadLetters(String of, String body) throws Exception {
    HttpResponse<String> answer =
        send(body == null ? "GET" : "POST", "/actuator/deadletters" + of, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body == null ? "" : body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void awaitLetters(int count) {
    await(count + " letters", () -> assertThat(letters()).hasSize(count));
  }

  private static void await(String what, ThrowingRunnable assertion) {
    Awaitility.await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(assertion);
  }

  /** Account and owner, in the order of writing. */
  private List<String> letters() {
    return jdbc.sql("SELECT CONCAT(account, ' ', owner) FROM letter ORDER BY number")
        .query(String.class)
        .list();
  }

  private long count(String table) {
    return jdbc.sql("SELECT COUNT(*) FROM " + table).query(Long.class).single();
  }

  /** As an operator does who moves the group back to the start. */
  private void deliverAllOfItAgain() throws Exception {
    Map<TopicPartition, OffsetAndMetadata> start =
        Map.of(new TopicPartition(TOPIC, 0), new OffsetAndMetadata(0));
    try (Admin admin = admin()) {
      admin.alterConsumerGroupOffsets("welcome", start).all().get();
    }
  }

  private long committed() throws Exception {
    try (Admin admin = admin()) {
      return admin
          .listConsumerGroupOffsets("welcome")
          .partitionsToOffsetAndMetadata()
          .get()
          .get(new TopicPartition(TOPIC, 0))
          .offset();
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", testbed.kafka().bootstrapServers()));
  }
}
