package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The relay against real servers: what goes in comes out. */
class RelayIT {

  @Test
  void publishesWhatWasThereBeforeTheFirstStartAndWhatComesAfter() {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      String topic = relay.topic("order-notify");
      String before = relay.insert(topic, "1", "{\"n\":1}");

      relay.start();
      String after = relay.insert(topic, "1", "{\"n\":2}");

      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(before, after));
      int code = relay.process().stop(Duration.ofSeconds(10));
      System.out.println(relay.process().log());
      assertThat(code).isZero();
    }
  }
}
