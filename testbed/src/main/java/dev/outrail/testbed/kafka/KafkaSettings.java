package dev.outrail.testbed.kafka;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a broker is started with.
 *
 * @param folder where data, settings and log go; data that is there already is used
 * @param port the port on the loopback address
 * @param controllerPort a further port, for the broker's talk with itself
 * @param proxiedPort a further port, for a proxy to forward to
 * @param proxyPort where that proxy listens: clients that come through it are told this port
 * @param heap the most heap of its JVM, as {@code -Xmx} takes it
 * @param extraJvmArgs arguments of its JVM; they win over the testbed's own
 * @param extraProperties broker settings; they win over the testbed's own
 */
public record KafkaSettings(
    Path folder,
    int port,
    int controllerPort,
    int proxiedPort,
    int proxyPort,
    String heap,
    List<String> extraJvmArgs,
    Map<String, String> extraProperties) {
  public KafkaSettings {
    extraJvmArgs = List.copyOf(extraJvmArgs);
    extraProperties = Map.copyOf(extraProperties);
  }
}
