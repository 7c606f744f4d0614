package dev.outrail.testbed.kafka;

import dev.outrail.testbed.cache.UserCache;

/** The ways to have a broker. */
public final class KafkaBrokers {

  private KafkaBrokers() {}

  /** A broker in a child JVM, from jars that travel with this module; not started yet. */
  public static KafkaBroker embedded(KafkaSettings settings) {
    return new EmbeddedKafka(settings, BrokerJars.in(UserCache.ofUser()));
  }
}
