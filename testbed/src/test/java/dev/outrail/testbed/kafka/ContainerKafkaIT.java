package dev.outrail.testbed.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.testbed.Provider;
import dev.outrail.testbed.containers.EnabledIfContainers;
import org.junit.jupiter.api.Test;

@EnabledIfContainers
final class ContainerKafkaIT extends KafkaBrokerContract {

  ContainerKafkaIT() {
    super(Provider.CONTAINERS);
  }

  @Test
  void saysThatItCannotBeBehindAProxy() {
    assertThatThrownBy(broker()::openProxy)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("-Dtestbed=embedded");
  }
}
