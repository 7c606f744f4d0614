package dev.outrail.testbed.kafka;

import dev.outrail.testbed.cache.UserCache;
import dev.outrail.testbed.containers.Images;
import dev.outrail.testbed.containers.ServerContainer;
import dev.outrail.testbed.network.TcpProxy;
import java.util.List;

/** The ways to have a broker. */
public final class KafkaBrokers {
  /**
   * The image's own start the first time; after that its storage is formatted and its settings are
   * written.
   */
  private static final List<String> START_IN_CONTAINER =
      List.of(
          "/bin/bash",
          "-c",
          "test -e %s/meta.properties || exec /etc/kafka/docker/run;"
                  .formatted(BrokerProperties.DATA_IN_CONTAINER)
              + " exec /opt/kafka/bin/kafka-server-start.sh /opt/kafka/config/server.properties");

  private KafkaBrokers() {}

  /** A broker in a child JVM, from jars that travel with this module; not started yet. */
  public static KafkaBroker embedded(KafkaSettings settings) {
    return new AccessibleKafka(
        new EmbeddedKafka(settings, BrokerJars.in(UserCache.ofUser())),
        new KafkaAccess("127.0.0.1", settings.port()),
        () -> TcpProxy.to("127.0.0.1", settings.proxiedPort(), settings.proxyPort()));
  }

  /** A broker of the official image; not started yet. The folder of the settings is not used. */
  public static KafkaBroker container(KafkaSettings settings) {
    var access = new KafkaAccess(ServerContainer.host(), settings.port());
    return new AccessibleKafka(
        new ServerContainer(
            Images.KAFKA.image(),
            settings.port(),
            BrokerProperties.PORT_IN_CONTAINER,
            BrokerProperties.containerEnvironment(settings, access.bootstrapServers()),
            START_IN_CONTAINER,
            access::answers),
        access,
        () -> {
          throw new UnsupportedOperationException(
              "A broker in a container has no listener for a proxy: use -Dtestbed=embedded");
        });
  }
}
