package dev.outrail.relay;

import dev.outrail.relay.capture.CaptureSettings;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.ServerId;
import dev.outrail.relay.capture.ShapeReader;
import dev.outrail.relay.check.HistoryCheck;
import dev.outrail.relay.check.StartChecks;
import dev.outrail.relay.config.KafkaClientFile;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.config.SettingsException;
import dev.outrail.relay.operate.PositionChange;
import dev.outrail.relay.position.Coverage;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.PublisherSettings;
import dev.outrail.relay.publish.TopicSettings;
import dev.outrail.relay.purge.CoverageReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** From the settings to what each part wants to know. */
final class Wiring {

  /** These say nothing to another host. */
  private static final Set<String> EVERYWHERE_OR_HERE =
      Set.of("0.0.0.0", "::", "127.0.0.1", "::1", "localhost");

  private final RelayConfig config;
  private final String owner = UUID.randomUUID().toString();
  private final ServerId serverId;
  private volatile String address;

  Wiring(RelayConfig config) {
    this.config = config;
    this.serverId = new ServerId(config.mysql().serverId());
    this.address = address(config.http(), config.http().port());
  }

  /** The operator's interface is served at this port. */
  void serving(int port) {
    address = address(config.http(), port);
  }

  /** Names this process in the position record. */
  String owner() {
    return owner;
  }

  /** Where this process serves its operator's interface, as others see it. */
  String address() {
    return address;
  }

  /** Reads the password file, if there is one: a rotated password is taken at the next attempt. */
  MySqlServer server() {
    RelayConfig.MySql mysql = config.mysql();
    return new MySqlServer(
        mysql.host(),
        mysql.port(),
        mysql.user(),
        password(mysql),
        mysql.sslMode(),
        mysql.trustStore(),
        mysql.trustStorePassword(),
        mysql.keyStore() == null ? "" : mysql.keyStore().path().toString(),
        mysql.keyStore() == null ? "" : mysql.keyStore().password(),
        mysql.connectTimeout(),
        mysql.deadAfter(),
        mysql.createdAtZone());
  }

  CaptureSettings capture(MySqlServer server) {
    return new CaptureSettings(
        config.name(),
        server,
        config.tables(),
        serverId,
        config.mysql().deadAfter(),
        config.runs().queueMaxEvents(),
        config.runs().queueMaxBytes());
  }

  StartChecks checks(MySqlServer server) {
    return new StartChecks(config, server, serverId.value(), publisher());
  }

  HistoryCheck history(MySqlServer server) {
    return new HistoryCheck(server);
  }

  ShapeReader shapes(MySqlServer server) {
    return new ShapeReader(server, config.tables());
  }

  CoverageReader coverage(MySqlServer server) {
    return new CoverageReader(server, config.tables());
  }

  /** What is covered once the position has moved: rows of skipped transactions are not. */
  Coverage moved(Coverage before, PositionChange change) {
    return change.skipped().transactions() == 0
        ? before
        : before.with(config.tables(), coverage(server()).now());
  }

  /** Reads the clients' file, if there is one: a rotated secret is taken at the next attempt. */
  PublisherSettings publisher() {
    RelayConfig.Kafka kafka = config.kafka();
    return new PublisherSettings(
        config.name(),
        client(kafka),
        kafka.positionTopic(),
        new TopicSettings(
            kafka.createTopics(),
            kafka.partitions(),
            kafka.replicationFactor(),
            kafka.minInsyncReplicas(),
            kafka.deniedTopics()),
        config.source(),
        kafka.transactionTimeout(),
        kafka.quarantineTopic(),
        kafka.auditTopic(),
        address);
  }

  private static String address(RelayConfig.Http http, int port) {
    if (!http.advertisedUrl().isEmpty()) {
      return http.advertisedUrl();
    }
    String host = http.bind();
    if (EVERYWHERE_OR_HERE.contains(host)) {
      try {
        host = InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        host = "localhost";
      }
    }
    return http.scheme() + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private static Map<String, String> client(RelayConfig.Kafka kafka) {
    Map<String, String> client = new HashMap<>(kafka.client());
    try {
      client.putAll(KafkaClientFile.read(kafka.clientFile()));
    } catch (SettingsException e) {
      throw new TransientException(String.valueOf(e.getMessage()), e);
    }
    return client;
  }

  private static String password(RelayConfig.MySql mysql) {
    Path file = mysql.passwordFile();
    if (file == null) {
      return mysql.password();
    }
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new TransientException(
          "The password file %s cannot be read (%s). Remedy: check mysql.password.file and its permissions."
              .formatted(file, e),
          e);
    }
  }
}
