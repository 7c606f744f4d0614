package dev.outrail.testbed.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BrokerPropertiesTest {

  @Test
  void theImageTakesPropertiesAsVariables() {
    assertThat(BrokerProperties.variable("auto.create.topics.enable"))
        .isEqualTo("KAFKA_AUTO_CREATE_TOPICS_ENABLE");
    assertThat(BrokerProperties.variable("a_b-c.d")).isEqualTo("KAFKA_A__B___C_D");
  }

  @Test
  void clientsAreToldTheOutsideAddressAndTheBrokerItsOwn() {
    var settings =
        new KafkaSettings(
            Path.of("x"),
            17_001,
            17_002,
            17_003,
            17_004,
            "300m",
            List.of("-Da=b"),
            Map.of("node.id", "7"));

    Map<String, String> environment =
        BrokerProperties.containerEnvironment(settings, "10.0.0.1:17001");

    assertThat(environment)
        .containsEntry(
            "KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://localhost:29092,OUTSIDE://10.0.0.1:17001")
        .containsEntry("KAFKA_INTER_BROKER_LISTENER_NAME", "PLAINTEXT")
        .containsEntry("KAFKA_HEAP_OPTS", "-Xmx300m")
        .containsEntry("KAFKA_OPTS", "-Da=b")
        .containsEntry("KAFKA_NODE_ID", "7");
  }
}
