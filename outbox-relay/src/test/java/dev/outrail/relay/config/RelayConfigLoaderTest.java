package dev.outrail.relay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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
    assertThat(config.from()).isEqualTo(RelayConfig.From.BEGINNING);
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
  void passesKafkaSettingsThrough() {
    RelayConfig config =
        RelayConfigLoader.load(null, with("OUTRAIL_RELAY_KAFKA_SSL_TRUSTSTORE_LOCATION", "/trust"));

    assertThat(config.kafka().client()).containsEntry("ssl.truststore.location", "/trust");
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.enable.idempotence, false",
    "kafka.transactional.id, mine",
    "kafka.acks, 1",
    "kafka.partitioner.class, x.Y",
    "kafka.isolation.level, read_uncommitted"
  })
  void refusesWhatWouldBreakTheGuarantee(String key, String value) {
    assertThatThrownBy(
            () -> RelayConfigLoader.load(null, with(SettingsSource.variable(key), value)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("cannot be set");
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
    "run.gather.ms, -1"
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
  void theServerIdIsStableForANameAndDiffersBetweenNames() {
    long one = RelayConfigLoader.load(null, with("OUTRAIL_RELAY_NAME", "one")).mysql().serverId();
    long again = RelayConfigLoader.load(null, with("OUTRAIL_RELAY_NAME", "one")).mysql().serverId();
    long two = RelayConfigLoader.load(null, with("OUTRAIL_RELAY_NAME", "two")).mysql().serverId();

    assertThat(one).isEqualTo(again).isNotEqualTo(two).isBetween(1L, 4_294_967_295L);
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
}
