package dev.outrail.relay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.publish.TopicSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelayConfigLoaderTest {

  private static final Map<String, String> REQUIRED =
      Map.of(
          "OUTRAIL_RELAY_MYSQL_USER", "relay",
          "OUTRAIL_RELAY_OUTBOX_SCHEMAS", "pay, ord",
          "OUTRAIL_RELAY_KAFKA_BOOTSTRAP_SERVERS", "a:1,b:2");

  @Test
  void readsTheEnvironmentAlone() {
    RelayConfig config = RelayConfigLoader.load(null, REQUIRED);

    assertThat(config.tables())
        .extracting(Object::toString)
        .containsExactly("pay.outbox", "ord.outbox");
    assertThat(config.kafka().client()).containsEntry("bootstrap.servers", "a:1,b:2");
    assertThat(config.from()).isEqualTo(new RelayConfig.From.Beginning());
  }

  @Test
  void theEnvironmentWinsOverTheFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("relay.properties");
    Files.writeString(file, "mysql.host=from-file\nmysql.port=3307\nname=shop\n");

    RelayConfig config =
        RelayConfigLoader.load(file, with("OUTRAIL_RELAY_MYSQL_HOST", "from-environment"));

    assertThat(config.mysql().host()).isEqualTo("from-environment");
    assertThat(config.mysql().port()).isEqualTo(3307);
    assertThat(config.name()).isEqualTo("shop");
  }

  @Test
  void aZoneOfCreatedAtIsUnknownUnlessItIsSaidAndRefusedUnlessItIsOne() {
    assertThat(RelayConfigLoader.load(null, REQUIRED).mysql().createdAtZone()).isNull();
    assertThat(
            RelayConfigLoader.load(null, with("OUTRAIL_RELAY_OUTBOX_CREATED_AT_ZONE", "+08:00"))
                .mysql()
                .createdAtZone())
        .isEqualTo(ZoneOffset.ofHours(8));
    assertThatThrownBy(
            () ->
                RelayConfigLoader.load(null, with("OUTRAIL_RELAY_OUTBOX_CREATED_AT_ZONE", "here")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("outbox.created.at.zone");
  }

  @Test
  void passesKafkaSettingsThrough() {
    RelayConfig config =
        RelayConfigLoader.load(null, with("OUTRAIL_RELAY_KAFKA_SSL_TRUSTSTORE_LOCATION", "/trust"));

    assertThat(config.kafka().client()).containsEntry("ssl.truststore.location", "/trust");
  }

  @Test
  void aBadFileOfKafkaSettingsIsFoundAtTheStart(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("client.properties");
    Map<String, String> settings = with("OUTRAIL_RELAY_KAFKA_CLIENT_FILE", file.toString());
    assertThatThrownBy(() -> RelayConfigLoader.load(null, settings))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("kafka.client.file")
        .hasMessageContaining("cannot be read");

    Files.writeString(file, "acks=1");
    assertThatThrownBy(() -> RelayConfigLoader.load(null, settings))
        .hasMessageContaining("'kafka.acks' cannot be set");

    Files.writeString(file, "kafka.sasl.mechanism=PLAIN");
    assertThatThrownBy(() -> RelayConfigLoader.load(null, settings))
        .hasMessageContaining("without the prefix 'kafka.'");

    Files.writeString(file, "sasl.mechanism=PLAIN");
    RelayConfig.Kafka kafka = RelayConfigLoader.load(null, settings).kafka();
    assertThat(kafka.client()).doesNotContainKey("client.file");
    assertThat(KafkaClientFile.read(kafka.clientFile())).containsEntry("sasl.mechanism", "PLAIN");
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.enable.idempotence, false",
    "kafka.transactional.id, mine",
    "kafka.acks, 1",
    "kafka.partitioner.class, x.Y",
    "kafka.isolation.level, read_uncommitted",
    "kafka.transaction.two.phase.commit.enable, true"
  })
  void refusesWhatWouldBreakTheGuarantee(String key, String value) {
    assertThatThrownBy(
            () -> RelayConfigLoader.load(null, with(SettingsSource.variable(key), value)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("cannot be set");
  }

  @Test
  void theFirstStartMayBeginBehindAGtidSet() {
    RelayConfig config =
        RelayConfigLoader.load(
            null,
            with(
                "OUTRAIL_RELAY_FROM",
                "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:7,\n 2b686065-e7f3-11f1-8fb7-02fc00000001:9"));

    assertThat(config.from())
        .isEqualTo(
            new RelayConfig.From.Gtids(
                "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:7,2b686065-e7f3-11f1-8fb7-02fc00000001:9"));
  }

  @ParameterizedTest
  @CsvSource({"gtid:", "gtid:3e11fa47:1", "the beginning", "NOW"})
  void refusesAStartingPointThatIsNone(String from) {
    assertThatThrownBy(() -> RelayConfigLoader.load(null, with("OUTRAIL_RELAY_FROM", from)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("from")
        .hasMessageContaining("followed by a GTID set");
  }

  @Test
  void anUnknownKeyIsAnErrorThatSuggestsTheNearest(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("relay.properties");
    Files.writeString(file, "mysql.hots=db\n");

    assertThatThrownBy(() -> RelayConfigLoader.load(file, REQUIRED))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("mysql.hots")
        .hasMessageContaining("'mysql.host'");
    assertThatThrownBy(() -> RelayConfigLoader.load(null, with("OUTRAIL_RELAY_HTTP_PROT", "1")))
        .hasMessageContaining("OUTRAIL_RELAY_HTTP_PROT")
        .hasMessageContaining("'http.port'");
  }

  @ParameterizedTest
  @CsvSource({
    "mysql.port, 0",
    "mysql.port, many",
    "mysql.ssl.mode, SOMETIMES",
    "outbox.schemas, ''",
    "outbox.schemas, a;drop",
    "name, a b",
    "from, yesterday",
    "topics.partitions, 0",
    "run.gather.ms, -1",
    "purge.mode, sometimes",
    "purge.retention.ms, -1",
    "purge.batch.rows, 0",
    "purge.interval.ms, 10"
  })
  void aBadValueIsAnErrorThatNamesItsKey(String key, String value) {
    assertThatThrownBy(
            () -> RelayConfigLoader.load(null, with(SettingsSource.variable(key), value)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(key);
  }

  @Test
  void aMissingKeyIsNamed() {
    assertThatThrownBy(() -> RelayConfigLoader.load(null, Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("Missing required configuration");
  }

  @Test
  void secretsAreNeverPrinted() {
    Map<String, String> secret = with("OUTRAIL_RELAY_MYSQL_PASSWORD", "hush-hush");
    secret.put("OUTRAIL_RELAY_KAFKA_SASL_JAAS_CONFIG", "password=hush-hush");

    assertThat(RelayConfigLoader.load(null, secret).toString()).doesNotContain("hush-hush");
  }

  @Test
  void aTokenIsLongEnoughAndInOnePlace(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "0123456789abcdef\n");
    Path shortOne = Files.writeString(folder.resolve("short"), "0123456789abcde\n");

    assertThat(RelayConfigLoader.load(null, with("OUTRAIL_RELAY_HTTP_TOKEN", "0123456789abcdef")))
        .asString()
        .doesNotContain("0123456789abcdef");
    assertThat(RelayConfigLoader.load(null, with("OUTRAIL_RELAY_HTTP_TOKEN_FILE", file.toString())))
        .isNotNull();
    assertThatThrownBy(
            () -> RelayConfigLoader.load(null, with("OUTRAIL_RELAY_HTTP_TOKEN", "0123456789abcde")))
        .hasMessageContaining("http.token")
        .hasMessageContaining("16")
        .hasMessageNotContaining("0123456789abcde");
    assertThatThrownBy(
            () ->
                RelayConfigLoader.load(
                    null, with("OUTRAIL_RELAY_HTTP_TOKEN_FILE", shortOne.toString())))
        .hasMessageContaining("http.token.file");
    assertThatThrownBy(
            () -> RelayConfigLoader.load(null, with("OUTRAIL_RELAY_HTTP_TOKEN_FILE", "/nowhere")))
        .hasMessageContaining("http.token.file")
        .hasMessageContaining("/nowhere");
    Map<String, String> both = with("OUTRAIL_RELAY_HTTP_TOKEN_FILE", file.toString());
    both.put("OUTRAIL_RELAY_HTTP_TOKEN", "0123456789abcdef");
    assertThatThrownBy(() -> RelayConfigLoader.load(null, both)).hasMessageContaining("not both");
  }

  @Test
  void verbsAreForThisHostAndHealthForAllUnlessConfigured() {
    RelayConfig.Http http = RelayConfigLoader.load(null, REQUIRED).http();

    assertThat(http.bind()).isEqualTo("127.0.0.1");
    assertThat(http.healthBind()).isEqualTo("0.0.0.0");
    assertThat(http.healthPort()).isEqualTo(8191);
    assertThat(RelayConfigLoader.load(null, with("OUTRAIL_RELAY_HTTP_PORT", "9000")).http())
        .satisfies(moved -> assertThat(moved.healthPort()).isEqualTo(9001));
    assertThat(RelayConfigLoader.load(null, with("OUTRAIL_RELAY_HTTP_PORT", "0")).http())
        .satisfies(free -> assertThat(free.healthPort()).isZero());
    assertThatThrownBy(() -> RelayConfigLoader.load(null, with("OUTRAIL_RELAY_HTTP_PORT", "65535")))
        .hasMessageContaining("http.health.port");
    assertThatThrownBy(
            () -> RelayConfigLoader.load(null, with("OUTRAIL_RELAY_HTTP_HEALTH_PORT", "8190")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("http.health.port");
  }

  @Test
  void aKeyStoreThatCannotBeOpenedIsFoundAtTheStart(@TempDir Path folder) throws Exception {
    Path noStore = Files.writeString(folder.resolve("no.p12"), "no store");

    for (String file : List.of("/nowhere.p12", noStore.toString())) {
      for (String key : List.of("http.ssl.keystore", "mysql.ssl.keystore")) {
        assertThatThrownBy(
                () -> RelayConfigLoader.load(null, with(SettingsSource.variable(key), file)))
            .isInstanceOf(SettingsException.class)
            .hasMessageContaining(key)
            .hasMessageContaining(file);
      }
    }
  }

  @Test
  void theLeaseIsWholeSecondsBecauseMySqlCountsSo() {
    assertThatThrownBy(() -> RelayConfigLoader.load(null, with("OUTRAIL_RELAY_LEASE_MS", "2500")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("lease.ms")
        .hasMessageContaining("whole seconds");
  }

  @Test
  void helpDescribesEveryKeyAndTheReadmeDoesToo() throws Exception {
    String help = SettingsHelp.text();
    String readme =
        Files.readString(
            Path.of(System.getProperty("outrail.root", ".."), "outbox-relay", "README.md"));

    assertThat(Settings.DEFINITION.names()).allSatisfy(key -> assertThat(help).contains(key));
    assertThat(readme.replace("\r\n", "\n"))
        .contains(SettingsHelp.markdown().replace("\r\n", "\n").strip());
  }

  private static Map<String, String> with(String variable, String value) {
    Map<String, String> environment = new HashMap<>(REQUIRED);
    environment.put(variable, value);
    return environment;
  }

  @Test
  void deniedTopicsAreHeldUnlessSomebodyWantsToHalt() {
    assertThat(RelayConfigLoader.load(null, REQUIRED).kafka().deniedTopics())
        .isEqualTo(TopicSettings.Denied.HOLD);
    assertThat(
            RelayConfigLoader.load(null, with("OUTRAIL_RELAY_TOPICS_DENIED", "halt"))
                .kafka()
                .deniedTopics())
        .isEqualTo(TopicSettings.Denied.HALT);
    assertThatThrownBy(
            () -> RelayConfigLoader.load(null, with("OUTRAIL_RELAY_TOPICS_DENIED", "skip")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("topics.denied");
  }
}
