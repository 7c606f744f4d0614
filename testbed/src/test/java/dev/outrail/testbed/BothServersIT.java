package dev.outrail.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BothServersIT {

  @Test
  void mysqlAndKafkaStartTogether() {
    try (Testbed testbed =
        Testbed.start(TestbedOptions.defaults().withProvider(Provider.EMBEDDED))) {
      testbed.kafka().createTopic("order-notify", 3);

      assertThat(testbed.kafka().topics()).containsExactly("order-notify");
      assertThat(testbed.mysql().version()).startsWith("8.0");
    }
  }
}
