package dev.outrail.testbed.kafka;

import dev.outrail.testbed.Provider;

final class EmbeddedKafkaIT extends KafkaBrokerContract {

  EmbeddedKafkaIT() {
    super(Provider.EMBEDDED);
  }
}
