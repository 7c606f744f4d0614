package dev.outrail.testbed.kafka;

import dev.outrail.testbed.network.TcpProxy;
import dev.outrail.testbed.process.Server;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;

/**
 * A single Kafka broker that is its own controller. Topics have one replica and must be created
 * before use. Thread-safe.
 */
public interface KafkaBroker extends Server {

  /** For {@code bootstrap.servers}; the same over all restarts. */
  String bootstrapServers();

  int port();

  /** Creates a topic unless it is there, and returns once it can be used. */
  default void createTopic(String name, int partitions) {
    createTopic(name, partitions, Map.of());
  }

  /** The same, with settings of the topic such as {@code cleanup.policy}. */
  void createTopic(String name, int partitions, Map<String, String> config);

  /** The names of all topics but Kafka's own. */
  Set<String> topics();

  /**
   * A new proxy in front of the broker, the caller's to close; one at a time. A client whose {@code
   * bootstrap.servers} is the proxy's address has no connection that does not pass it, over all
   * restarts of the broker; other clients are not concerned.
   *
   * @throws UnsupportedOperationException for a broker in a container
   */
  TcpProxy openProxy();

  /** A new admin client, the caller's to close. */
  Admin admin();
}
