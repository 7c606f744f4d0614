package dev.outrail.testbed.kafka;

import dev.outrail.testbed.Provider;
import dev.outrail.testbed.containers.EnabledIfContainers;

@EnabledIfContainers
final class ContainerKafkaIT extends KafkaBrokerContract {

  ContainerKafkaIT() {
    super(Provider.CONTAINERS);
  }
}
