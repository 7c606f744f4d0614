package dev.outrail.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.problem.ExitCode;
import dev.outrail.relay.problem.RefusedException;
import dev.outrail.relay.problem.TransientException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaFactsTest {

  @ParameterizedTest
  @CsvSource({
    "linger.ms, 20000, delivery.timeout.ms",
    "ssl.truststore.location, /nowhere/at.all, /nowhere/at.all",
    "interceptor.classes, no.Such, no.Such",
  })
  void aClientThatCannotBeMadeIsAFaultOfTheSettings(String key, String value, String named) {
    Map<String, String> client = new HashMap<>(Map.of("bootstrap.servers", "127.0.0.1:1"));
    client.put("security.protocol", key.startsWith("ssl") ? "SSL" : "PLAINTEXT");
    client.put(key, value);

    assertThatThrownBy(() -> KafkaFacts.tryProducers(with(client)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining(named);
  }

  @Test
  void aBrokerWhoseNameIsNotKnownMayBeThereInAMoment() {
    assertThatThrownBy(
            () ->
                KafkaFacts.ask(
                    with(Map.of("bootstrap.servers", "no-such-host.invalid:9092")), List.of()))
        .isInstanceOf(TransientException.class);
  }

  private static PublisherSettings with(Map<String, String> client) {
    return new PublisherSettings(
        "main",
        client,
        "positions",
        new TopicSettings(true, 1, -1, 0),
        "/outrail/{schema}",
        Duration.ofSeconds(15),
        "quarantine",
        "audit",
        "http://localhost:8190");
  }
}
