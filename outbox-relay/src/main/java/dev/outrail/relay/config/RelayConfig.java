package dev.outrail.relay.config;

import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.publish.Poison;
import dev.outrail.relay.publish.TopicSettings;
import dev.outrail.relay.purge.PurgeSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All settings, valid each and together.
 *
 * @param from what the first start publishes
 * @param source the header {@code ce_source}, with {@code {schema}} in it
 * @param lease how long the active relay may be silent before it is replaced
 * @param startPatience how long the start waits for the servers
 */
public record RelayConfig(
    String name,
    From from,
    List<TableName> tables,
    String source,
    Duration lease,
    Duration startPatience,
    Backoff backoff,
    MySql mysql,
    Kafka kafka,
    Runs runs,
    PurgeSettings purge,
    Http http) {

  /** What the first start publishes. */
  public sealed interface From {

    /** The rows that are in the tables, then what follows. */
    record Beginning() implements From {}

    /** Only what commits from then on. */
    record Now() implements From {}

    /**
     * What is not in this GTID set.
     *
     * @param set well-formed and on one line; whether the server can start there is another matter
     */
    record Gtids(String set) implements From {}
  }

  /** Pauses between attempts. */
  public record Backoff(Duration initial, Duration max) {}

  /**
   * The server to read from.
   *
   * @param passwordFile read for each attempt; null if the password is given directly
   * @param serverId the id among the server's replicas; 0 to draw one
   * @param keyStore shown to a server that asks for a certificate; null for none
   * @param deadAfter how long a server may be silent
   * @param createdAtZone of {@code created_at} where it is a DATETIME; null if that is not known
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
      @Nullable KeyStoreFile keyStore,
      Duration connectTimeout,
      Duration deadAfter,
      @Nullable ZoneId createdAtZone) {

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
   * @param clientFile further ones, read for each attempt; null if there is none
   */
  public record Kafka(
      Map<String, String> client,
      @Nullable Path clientFile,
      String positionTopic,
      String quarantineTopic,
      String auditTopic,
      Poison.Policy poisonPolicy,
      TopicSettings.Denied deniedTopics,
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

  /**
   * The operator's interface.
   *
   * @param healthPort shows health, status and metrics only, never in TLS
   * @param advertisedUrl where others reach it; empty to derive it
   * @param token what all but health, status and metrics ask for; empty if there is none or it is
   *     in the file
   * @param tokenFile read for each request; null if there is none
   * @param keyStore for TLS; null for none
   */
  public record Http(
      String bind,
      int port,
      String healthBind,
      int healthPort,
      String advertisedUrl,
      String token,
      @Nullable Path tokenFile,
      @Nullable KeyStoreFile keyStore) {

    /** In characters; a token is a secret that nobody types. */
    public static final int SHORTEST_TOKEN = 16;

    /** Of its address. */
    public String scheme() {
      return keyStore == null ? "http" : "https";
    }

    /** Without secrets. */
    @Override
    public String toString() {
      return bind + ":" + port;
    }
  }
}
