package dev.outrail.testbed.kafka;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How the testbed runs a broker: one node, small, quick to start and to come back. */
final class BrokerProperties {
  static final String CLUSTER_ID = "b3V0cmFpbC10ZXN0YmVkMQ";
  static final int PORT_IN_CONTAINER = 9092;
  static final String DATA_IN_CONTAINER = "/tmp/kraft-combined-logs";

  private BrokerProperties() {}

  /**
   * For a broker on the loopback address. A client goes on to the address that its broker tells it,
   * so whoever is to stay behind a proxy needs a listener that tells the proxy's.
   */
  static Map<String, String> embedded(KafkaSettings settings, String dataFolder) {
    Map<String, String> properties = common();
    properties.put("controller.quorum.voters", "1@127.0.0.1:" + settings.controllerPort());
    properties.put(
        "listener.security.protocol.map",
        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT");
    properties.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,PROXIED://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
            .formatted(settings.port(), settings.proxiedPort(), settings.controllerPort()));
    properties.put(
        "advertised.listeners",
        "PLAINTEXT://127.0.0.1:%d,PROXIED://127.0.0.1:%d"
            .formatted(settings.port(), settings.proxyPort()));
    properties.put("log.dirs", dataFolder);
    properties.putAll(settings.extraProperties());
    return properties;
  }

  /**
   * The same as environment of the image. The broker's talk with itself has a listener of its own
   * in the container.
   */
  static Map<String, String> containerEnvironment(KafkaSettings settings, String advertised) {
    Map<String, String> properties = common();
    properties.put("controller.quorum.voters", "1@localhost:29093");
    properties.put(
        "listener.security.protocol.map",
        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,OUTSIDE:PLAINTEXT");
    properties.put(
        "listeners",
        "PLAINTEXT://localhost:29092,CONTROLLER://localhost:29093,OUTSIDE://0.0.0.0:"
            + PORT_IN_CONTAINER);
    properties.put("advertised.listeners", "PLAINTEXT://localhost:29092,OUTSIDE://" + advertised);
    properties.put("log.dirs", DATA_IN_CONTAINER);
    properties.putAll(settings.extraProperties());

    var environment = new TreeMap<String, String>();
    properties.forEach((property, value) -> environment.put(variable(property), value));
    environment.put("CLUSTER_ID", CLUSTER_ID);
    environment.put("KAFKA_HEAP_OPTS", "-Xmx" + settings.heap());
    environment.put("KAFKA_OPTS", String.join(" ", settings.extraJvmArgs()));
    return environment;
  }

  /** The image's way to write a property as an environment variable. */
  static String variable(String property) {
    return "KAFKA_"
        + property
            .replace("_", "__")
            .replace("-", "___")
            .replace('.', '_')
            .toUpperCase(Locale.ROOT);
  }

  private static Map<String, String> common() {
    var properties = new TreeMap<String, String>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("inter.broker.listener.name", "PLAINTEXT");
    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "4");
    properties.put("auto.create.topics.enable", "false");
    properties.put("default.replication.factor", "1");
    properties.put("min.insync.replicas", "1");
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("offsets.topic.num.partitions", "4");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("transaction.state.log.num.partitions", "4");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
    // a killed broker can register again only when the session of its former self is over
    properties.put("broker.session.timeout.ms", "3000");
    properties.put("broker.heartbeat.interval.ms", "500");
    return properties;
  }
}
