package dev.outrail.relay.config;

import dev.outrail.relay.capture.GtidSets;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.publish.Poison;
import dev.outrail.relay.publish.TopicSettings;
import dev.outrail.relay.purge.PurgeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Reads and checks all settings. */
public final class RelayConfigLoader {

  /** What exactly-once hangs on is not up for setting; the reason stands in the message. */
  private static final Map<String, String> NOT_TO_BE_SET =
      Map.ofEntries(
          Map.entry(
              "kafka.transactional.id",
              "it is derived from 'name', so that a new relay fences its predecessor"),
          Map.entry(
              "kafka.enable.idempotence",
              "without it a retry could publish an event twice or out of order"),
          Map.entry(
              "kafka.acks", "with less than 'all' a committed event could be lost with a broker"),
          Map.entry(
              "kafka.isolation.level", "the position may only be read from committed transactions"),
          Map.entry("kafka.key.serializer", "keys and values are passed on as bytes"),
          Map.entry("kafka.value.serializer", "keys and values are passed on as bytes"),
          Map.entry("kafka.partitioner.class", "order per key hangs on the default partitioner"),
          Map.entry("kafka.partitioner.ignore.keys", "order per key hangs on partitioning by key"),
          Map.entry("kafka.retries", "a run is retried as a whole, with a bound in time"),
          Map.entry("kafka.transaction.timeout.ms", "set 'transaction.timeout.ms' instead"),
          Map.entry(
              "kafka.transaction.two.phase.commit.enable",
              "no broker would ever abort the transaction of a relay that is dead"));

  private RelayConfigLoader() {}

  /**
   * Loads the settings.
   *
   * @param file the settings file; null for none
   * @param environment the process's environment
   * @throws SettingsException naming the key that is missing, unknown or invalid
   */
  public static RelayConfig load(@Nullable Path file, Map<String, String> environment) {
    Map<String, String> given =
        new SettingsSource(Settings.DEFINITION.names()).gather(file, environment);
    AbstractConfig values;
    try {
      values = new AbstractConfig(Settings.DEFINITION, given, false);
    } catch (ConfigException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
    given.keySet().forEach(RelayConfigLoader::requireSettable);
    String table = values.getString(Settings.OUTBOX_TABLE);
    RelayConfig config =
        new RelayConfig(
            values.getString(Settings.NAME),
            from(values.getString(Settings.FROM)),
            values.getList(Settings.OUTBOX_SCHEMAS).stream()
                .distinct()
                .map(schema -> new TableName(schema, table))
                .toList(),
            values.getString(Settings.RECORD_SOURCE),
            millis(values, Settings.LEASE),
            millis(values, Settings.START_PATIENCE),
            new RelayConfig.Backoff(
                millis(values, Settings.BACKOFF_INITIAL), millis(values, Settings.BACKOFF_MAX)),
            mysql(values, given),
            kafka(values, given),
            new RelayConfig.Runs(
                values.getInt(Settings.RUN_MAX_EVENTS),
                values.getLong(Settings.RUN_MAX_BYTES),
                millis(values, Settings.RUN_GATHER),
                values.getInt(Settings.QUEUE_MAX_EVENTS),
                values.getLong(Settings.QUEUE_MAX_BYTES)),
            new PurgeSettings(
                PurgeSettings.Mode.valueOf(
                    values.getString(Settings.PURGE_MODE).toUpperCase(Locale.ROOT)),
                millis(values, Settings.PURGE_RETENTION),
                values.getInt(Settings.PURGE_BATCH_ROWS),
                millis(values, Settings.PURGE_INTERVAL)),
            http(values));
    requireGoodToken(config.http());
    requireTwoPorts(config.http());
    requireKey(Settings.HTTP_SSL_KEYSTORE, config.http().keyStore());
    requireKey(Settings.MYSQL_SSL_KEYSTORE, config.mysql().keyStore());
    if (config.backoff().max().compareTo(config.backoff().initial()) < 0) {
      throw new SettingsException(
          "backoff.max.ms (%d) must not be below backoff.initial.ms (%d)"
              .formatted(config.backoff().max().toMillis(), config.backoff().initial().toMillis()));
    }
    return config;
  }

  /**
   * Loads only how the operator's interface is reached: enough for somebody who asks a running
   * relay, whose settings may be elsewhere.
   *
   * @throws SettingsException as {@link #load}
   */
  public static RelayConfig.Http loadHttp(@Nullable Path file, Map<String, String> environment) {
    ConfigDef httpOnly = new ConfigDef();
    List.of(
            Settings.HTTP_BIND,
            Settings.HTTP_PORT,
            Settings.HTTP_HEALTH_BIND,
            Settings.HTTP_HEALTH_PORT,
            Settings.HTTP_SSL_KEYSTORE,
            Settings.HTTP_SSL_KEYSTORE_PASSWORD,
            Settings.HTTP_TOKEN,
            Settings.HTTP_TOKEN_FILE,
            Settings.HTTP_ADVERTISED)
        .forEach(key -> httpOnly.define(Settings.DEFINITION.configKeys().get(key)));
    Map<String, String> given =
        new SettingsSource(Settings.DEFINITION.names()).gather(file, environment);
    given.keySet().retainAll(httpOnly.names());
    try {
      return http(new AbstractConfig(httpOnly, given, false));
    } catch (ConfigException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }

  private static RelayConfig.Http http(AbstractConfig values) {
    String file = values.getString(Settings.HTTP_TOKEN_FILE);
    return new RelayConfig.Http(
        values.getString(Settings.HTTP_BIND),
        values.getInt(Settings.HTTP_PORT),
        values.getString(Settings.HTTP_HEALTH_BIND),
        healthPort(values.getInt(Settings.HTTP_PORT), values.getInt(Settings.HTTP_HEALTH_PORT)),
        values.getString(Settings.HTTP_ADVERTISED),
        values.getPassword(Settings.HTTP_TOKEN).value(),
        file.isEmpty() ? null : Path.of(file),
        keyStore(values, Settings.HTTP_SSL_KEYSTORE, Settings.HTTP_SSL_KEYSTORE_PASSWORD));
  }

  private static int healthPort(int port, int given) {
    if (given >= 0 || port == 0) {
      return Math.max(given, 0);
    }
    if (port == 65_535) {
      throw new SettingsException("http.port is the last one there is: set http.health.port");
    }
    return port + 1;
  }

  private static @Nullable KeyStoreFile keyStore(
      AbstractConfig values, String key, String passwordKey) {
    String file = values.getString(key);
    String password = values.getPassword(passwordKey).value();
    return file.isEmpty() ? null : new KeyStoreFile(Path.of(file), password);
  }

  private static void requireTwoPorts(RelayConfig.Http http) {
    if (http.port() != 0 && http.port() == http.healthPort()) {
      throw new SettingsException(
          "http.port and http.health.port are both %d; give each its own".formatted(http.port()));
    }
  }

  /** A file that cannot be opened is found at the start, not at the first call. */
  private static void requireKey(String key, @Nullable KeyStoreFile store) {
    if (store == null) {
      return;
    }
    try {
      store.context();
    } catch (IOException | GeneralSecurityException e) {
      throw new SettingsException(
          "%s: %s cannot be used (%s); check the file and %s.password"
              .formatted(key, store.path().toAbsolutePath(), e, key));
    }
  }

  /**
   * A token that could be guessed, or is not there, is found at the start, not when it is needed.
   */
  private static void requireGoodToken(RelayConfig.Http http) {
    Path file = http.tokenFile();
    String token = http.token();
    if (file != null) {
      if (!token.isEmpty()) {
        throw new SettingsException("Set http.token or http.token.file, not both");
      }
      try {
        token = Files.readString(file).strip();
      } catch (IOException e) {
        throw new SettingsException(
            "http.token.file: %s cannot be read (%s)".formatted(file.toAbsolutePath(), e));
      }
    } else if (token.isEmpty()) {
      return;
    }
    if (token.length() < RelayConfig.Http.SHORTEST_TOKEN) {
      throw new SettingsException(
          "%s holds a token of %d characters; at least %d are needed"
              .formatted(
                  file == null ? Settings.HTTP_TOKEN : Settings.HTTP_TOKEN_FILE,
                  token.length(),
                  RelayConfig.Http.SHORTEST_TOKEN));
    }
  }

  private static RelayConfig.From from(String value) {
    return switch (value) {
      case "beginning" -> new RelayConfig.From.Beginning();
      case "now" -> new RelayConfig.From.Now();
      default ->
          new RelayConfig.From.Gtids(
              GtidSets.normalise(value.substring(Settings.FROM_GTID.length())));
    };
  }

  private static RelayConfig.MySql mysql(AbstractConfig values, Map<String, String> given) {
    String file = values.getString(Settings.MYSQL_PASSWORD_FILE);
    if (!file.isEmpty() && given.containsKey(Settings.MYSQL_PASSWORD)) {
      throw new SettingsException("Set mysql.password or mysql.password.file, not both");
    }
    String zone = values.getString(Settings.CREATED_AT_ZONE);
    return new RelayConfig.MySql(
        values.getString(Settings.MYSQL_HOST),
        values.getInt(Settings.MYSQL_PORT),
        values.getString(Settings.MYSQL_USER),
        values.getPassword(Settings.MYSQL_PASSWORD).value(),
        file.isEmpty() ? null : Path.of(file),
        values.getLong(Settings.MYSQL_SERVER_ID),
        values.getString(Settings.MYSQL_SSL_MODE).toUpperCase(Locale.ROOT),
        values.getString(Settings.MYSQL_SSL_TRUSTSTORE),
        values.getPassword(Settings.MYSQL_SSL_TRUSTSTORE_PASSWORD).value(),
        keyStore(values, Settings.MYSQL_SSL_KEYSTORE, Settings.MYSQL_SSL_KEYSTORE_PASSWORD),
        millis(values, Settings.MYSQL_CONNECT_TIMEOUT),
        millis(values, Settings.MYSQL_DEAD_AFTER),
        zone.isEmpty() ? null : ZoneId.of(zone));
  }

  private static RelayConfig.Kafka kafka(AbstractConfig values, Map<String, String> given) {
    Map<String, String> client = new TreeMap<>();
    given.forEach(
        (key, value) -> {
          if (key.startsWith(SettingsSource.KAFKA_PREFIX)
              && !key.equals(Settings.KAFKA_CLIENT_FILE)) {
            client.put(key.substring(SettingsSource.KAFKA_PREFIX.length()), value);
          }
        });
    client.put("bootstrap.servers", String.join(",", values.getList(Settings.BOOTSTRAP)));
    String file = values.getString(Settings.KAFKA_CLIENT_FILE);
    Path clientFile = file.isEmpty() ? null : Path.of(file);
    KafkaClientFile.read(clientFile); // a bad one is found at the start, not when it is needed
    return new RelayConfig.Kafka(
        Map.copyOf(client),
        clientFile,
        values.getString(Settings.POSITION_TOPIC),
        values.getString(Settings.QUARANTINE_TOPIC),
        values.getString(Settings.AUDIT_TOPIC),
        Poison.Policy.valueOf(values.getString(Settings.POISON_POLICY).toUpperCase(Locale.ROOT)),
        TopicSettings.Denied.valueOf(
            values.getString(Settings.TOPICS_DENIED).toUpperCase(Locale.ROOT)),
        millis(values, Settings.POSITION_INTERVAL),
        values.getBoolean(Settings.TOPICS_CREATE),
        List.copyOf(values.getList(Settings.TOPICS_NAMES)),
        values.getInt(Settings.TOPICS_PARTITIONS),
        values.getInt(Settings.TOPICS_REPLICATION),
        values.getInt(Settings.TOPICS_MIN_INSYNC),
        Duration.ofMillis(values.getInt(Settings.TRANSACTION_TIMEOUT)),
        Duration.ofMillis(values.getInt(Settings.SNAPSHOT_TIMEOUT)));
  }

  static void requireSettable(String key) {
    String reason = NOT_TO_BE_SET.get(key);
    if (reason != null) {
      throw new SettingsException("'%s' cannot be set: %s".formatted(key, reason));
    }
  }

  private static Duration millis(AbstractConfig values, String key) {
    return Duration.ofMillis(values.getLong(key));
  }
}
