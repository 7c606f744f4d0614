package dev.outrail.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublisherSettingsTest {

  @Test
  void kafkaTakesWhatTheRelayGivesIt() {
    assertThat(with("compression.type", "zstd").refused()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "compression.type, foo, kafka.compression.type",
    "linger.ms, abc, kafka.linger.ms",
    "security.protocol, TLS, kafka.security.protocol",
    "max.poll.interval.ms, soon, kafka.max.poll.interval.ms",
    "metadata.recovery.strategy, pray, kafka.metadata.recovery.strategy",
    "max.in.flight.requests.per.connection, 6, max.in.flight.requests.per.connection",
    "transaction.two.phase.commit.enable, true, transaction.two.phase.commit.enable",
  })
  void namesAValueThatKafkasClientsDoNotTake(String key, String value, String named) {
    assertThat(with(key, value).refused()).contains(named).contains("kafka.client.file");
  }

  @Test
  void secretsOfKafkasClientsAreNeverPrinted() {
    assertThat(with("sasl.jaas.config", "password=hush-hush").toString())
        .doesNotContain("hush")
        .contains("main", "127.0.0.1:1");
  }

  private static PublisherSettings with(String key, String value) {
    return new PublisherSettings(
        "main",
        Map.of("bootstrap.servers", "127.0.0.1:1", key, value),
        "positions",
        new TopicSettings(true, 1, -1, 0),
        "/outrail/{schema}",
        Duration.ofSeconds(15),
        "quarantine",
        "audit",
        "http://localhost:8190");
  }
}
