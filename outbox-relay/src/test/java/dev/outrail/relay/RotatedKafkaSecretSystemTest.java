package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Provider;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import dev.outrail.testbed.process.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A broker that asks for a name and a password, again and again, and gets a new password. */
@Tag("long")
class RotatedKafkaSecretSystemTest {

  private static final String MODULE =
      "org.apache.kafka.common.security.scram.ScramLoginModule required";

  @Test
  void aNewPasswordIsTakenFromTheFileWithoutARestart() throws Exception {
    int secured = FreePorts.reserve();
    try (Testbed testbed = Testbed.start(securedAt(secured));
        RelayHarness relay = new RelayHarness(testbed, "pay")) {
      Path file = relay.folder.resolve("kafka-client.properties");
      password(testbed, "the first one");
      write(file, "the first one");
      relay
          .set("kafka.bootstrap.servers", "127.0.0.1:" + secured)
          .set("kafka.security.protocol", "SASL_PLAINTEXT")
          .set("kafka.sasl.mechanism", "SCRAM-SHA-256")
          .set("kafka.client.file", file.toString());
      String topic = relay.topic("events");
      testbed.kafka().createTopic(topic, 3);
      try (Load load = new Load(relay, topic, 3, Seed.next(), Duration.ofMillis(20))) {
        long process = relay.start().process().pid();
        awaitReady(relay, 200);

        password(testbed, "the second one");
        awaitReady(relay, 503);
        assertThat(relay.get("/health/live").statusCode()).isEqualTo(200);
        await()
            .atMost(RelayHarness.PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(relay.get("/status").body())
                        .contains("Kafka denies access")
                        .doesNotContain("the first one"));

        write(file, "the second one");
        awaitReady(relay, 200);
        assertThat(relay.process().pid()).isEqualTo(process);
        load.stop();
        load.assertEachEventOnceAndInOrder();
      }
    }
  }

  /** Sessions end after two seconds, so a password that is not valid any more shows soon. */
  private static TestbedOptions securedAt(int secured) {
    int port = FreePorts.reserve();
    int controller = FreePorts.reserve();
    String outside = "PLAINTEXT://127.0.0.1:%d,SECURED://127.0.0.1:%d".formatted(port, secured);
    String ofListener = "listener.name.secured.";
    return TestbedOptions.defaults()
        .withProvider(Provider.EMBEDDED)
        .withKafkaPort(port)
        .withBrokerProperty("controller.quorum.voters", "1@127.0.0.1:" + controller)
        .withBrokerProperty(
            "listener.security.protocol.map",
            "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURED:SASL_PLAINTEXT")
        .withBrokerProperty("listeners", outside + ",CONTROLLER://127.0.0.1:" + controller)
        .withBrokerProperty("advertised.listeners", outside)
        .withBrokerProperty(ofListener + "sasl.enabled.mechanisms", "SCRAM-SHA-256")
        .withBrokerProperty(ofListener + "scram-sha-256.sasl.jaas.config", MODULE + ";")
        .withBrokerProperty(ofListener + "connections.max.reauth.ms", "2000");
  }

  private static void password(Testbed testbed, String password) throws Exception {
    try (Admin admin = testbed.kafka().admin()) {
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      "relay",
                      new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096),
                      password)))
          .all()
          .get();
    }
  }

  private static void write(Path file, String password) throws Exception {
    Files.writeString(
        file,
        "sasl.jaas.config=%s username=\"relay\" password=\"%s\";%n".formatted(MODULE, password));
  }

  private static void awaitReady(RelayHarness relay, int status) {
    await()
        .alias("/health/ready says " + status)
        .atMost(RelayHarness.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> relay.get("/health/ready").statusCode() == status);
  }
}
