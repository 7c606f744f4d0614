package dev.outrail.relay.config;

import dev.outrail.relay.capture.TableName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All settings, valid each and together.
 *
 * @param from what the first start publishes
 * @param source the header {@code ce_source}, with {@code {schema}} in it
 * @param startPatience how long the start waits for the servers
 */
public record RelayConfig(
    String name,
    From from,
    List<TableName> tables,
    String source,
    Duration startPatience,
    Backoff backoff,
    MySql mysql,
    Kafka kafka,
    Runs runs,
    Http http) {

  /** What the first start publishes. */
  public enum From {
    BEGINNING,
    NOW
  }

  /** Pauses between attempts. */
  public record Backoff(Duration initial, Duration max) {}

  /**
   * The server to read from.
   *
   * @param passwordFile read for each attempt; null if the password is given directly
   */
  public record MySql(
      String host,
      int port,
      String user,
      String password,
      @Nullable Path passwordFile,
      long serverId,
      String sslMode,
      String trustStore,
      String trustStorePassword,
      Duration connectTimeout,
      Duration heartbeat) {

    /** Without secrets. */
    @Override
    public String toString() {
      return user + "@" + host + ":" + port;
    }
  }

  /**
   * The cluster to publish to.
   *
   * @param client properties for every Kafka client, the brokers among them
   */
  public record Kafka(
      Map<String, String> client,
      String positionTopic,
      Duration positionInterval,
      boolean createTopics,
      List<String> topics,
      int partitions,
      int replicationFactor,
      int minInsyncReplicas,
      Duration transactionTimeout,
      Duration snapshotTimeout) {

    /** Without secrets. */
    @Override
    public String toString() {
      return String.valueOf(client.get("bootstrap.servers"));
    }
  }

  /** Bounds of one Kafka transaction and of what is read ahead. */
  public record Runs(
      int maxEvents, long maxBytes, Duration gather, int queueMaxEvents, long queueMaxBytes) {}

  /** Where the operator's pages are served. */
  public record Http(String bind, int port) {}
}
