package dev.outrail.relay;

import dev.outrail.relay.capture.CaptureSettings;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.preflight.Preflight;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.PublisherSettings;
import dev.outrail.relay.publish.TopicSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** From the settings to what each part wants to know. */
final class Wiring {

  private final RelayConfig config;

  Wiring(RelayConfig config) {
    this.config = config;
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
        mysql.connectTimeout());
  }

  CaptureSettings capture(MySqlServer server) {
    return new CaptureSettings(
        config.name(),
        server,
        config.tables(),
        config.mysql().serverId(),
        config.mysql().heartbeat(),
        config.runs().queueMaxEvents(),
        config.runs().queueMaxBytes());
  }

  Preflight preflight(MySqlServer server) {
    return new Preflight(server, config.tables(), config.mysql().serverId());
  }

  PublisherSettings publisher() {
    RelayConfig.Kafka kafka = config.kafka();
    return new PublisherSettings(
        config.name(),
        kafka.client(),
        kafka.positionTopic(),
        new TopicSettings(
            kafka.createTopics(),
            kafka.partitions(),
            kafka.replicationFactor(),
            kafka.minInsyncReplicas()),
        config.source(),
        kafka.transactionTimeout());
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
