package dev.outrail.relay.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import dev.outrail.relay.capture.GtidSets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Every key, with its type, default, unit, bounds and meaning. The one place: help text and README
 * follow it.
 */
final class Settings {

  static final String NAME = "name";
  static final String FROM = "from";
  static final String FROM_GTID = "gtid:";
  static final String MYSQL_HOST = "mysql.host";
  static final String MYSQL_PORT = "mysql.port";
  static final String MYSQL_USER = "mysql.user";
  static final String MYSQL_PASSWORD = "mysql.password";
  static final String MYSQL_PASSWORD_FILE = "mysql.password.file";
  static final String MYSQL_SERVER_ID = "mysql.server.id";
  static final String MYSQL_SSL_MODE = "mysql.ssl.mode";
  static final String MYSQL_SSL_TRUSTSTORE = "mysql.ssl.truststore";
  static final String MYSQL_SSL_TRUSTSTORE_PASSWORD = "mysql.ssl.truststore.password";
  static final String MYSQL_SSL_KEYSTORE = "mysql.ssl.keystore";
  static final String MYSQL_SSL_KEYSTORE_PASSWORD = "mysql.ssl.keystore.password";
  static final String MYSQL_CONNECT_TIMEOUT = "mysql.connect.timeout.ms";
  static final String MYSQL_DEAD_AFTER = "mysql.dead.after.ms";
  static final String OUTBOX_SCHEMAS = "outbox.schemas";
  static final String OUTBOX_TABLE = "outbox.table";
  static final String CREATED_AT_ZONE = "outbox.created.at.zone";
  static final String RECORD_SOURCE = "record.source";
  static final String BOOTSTRAP = "kafka.bootstrap.servers";
  static final String KAFKA_CLIENT_FILE = "kafka.client.file";
  static final String POSITION_TOPIC = "position.topic";
  static final String POSITION_INTERVAL = "position.interval.ms";
  static final String TOPICS_CREATE = "topics.create";
  static final String TOPICS_NAMES = "topics.names";
  static final String TOPICS_PARTITIONS = "topics.partitions";
  static final String TOPICS_REPLICATION = "topics.replication.factor";
  static final String TOPICS_MIN_INSYNC = "topics.min.insync.replicas";
  static final String RUN_MAX_EVENTS = "run.max.events";
  static final String RUN_MAX_BYTES = "run.max.bytes";
  static final String RUN_GATHER = "run.gather.ms";
  static final String QUEUE_MAX_EVENTS = "queue.max.events";
  static final String QUEUE_MAX_BYTES = "queue.max.bytes";
  static final String TRANSACTION_TIMEOUT = "transaction.timeout.ms";
  static final String SNAPSHOT_TIMEOUT = "snapshot.timeout.ms";
  static final String LEASE = "lease.ms";
  static final String TOPICS_DENIED = "topics.denied";
  static final String POISON_POLICY = "poison.policy";
  static final String QUARANTINE_TOPIC = "quarantine.topic";
  static final String AUDIT_TOPIC = "audit.topic";
  static final String HTTP_ADVERTISED = "http.advertised.url";
  static final String BACKOFF_INITIAL = "backoff.initial.ms";
  static final String BACKOFF_MAX = "backoff.max.ms";
  static final String START_PATIENCE = "start.patience.ms";
  static final String PURGE_MODE = "purge.mode";
  static final String PURGE_RETENTION = "purge.retention.ms";
  static final String PURGE_BATCH_ROWS = "purge.batch.rows";
  static final String PURGE_INTERVAL = "purge.interval.ms";
  static final String HTTP_BIND = "http.bind";
  static final String HTTP_PORT = "http.port";
  static final String HTTP_HEALTH_BIND = "http.health.bind";
  static final String HTTP_HEALTH_PORT = "http.health.port";
  static final String HTTP_SSL_KEYSTORE = "http.ssl.keystore";
  static final String HTTP_SSL_KEYSTORE_PASSWORD = "http.ssl.keystore.password";
  static final String HTTP_TOKEN = "http.token";
  static final String HTTP_TOKEN_FILE = "http.token.file";

  private static final Pattern RELAY_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern SQL_NAME = Pattern.compile("[A-Za-z0-9_$-]{1,64}");
  private static final Pattern TOPIC_NAME = Pattern.compile("[A-Za-z0-9._-]{1,249}");

  private static final Object REQUIRED = ConfigDef.NO_DEFAULT_VALUE;

  static final ConfigDef DEFINITION = define();

  private Settings() {}

  private static ConfigDef define() {
    ConfigDef def = new ConfigDef();
    new Section(def, "Relay")
        .key(
            NAME,
            STRING,
            "main",
            name(RELAY_NAME),
            HIGH,
            "",
            "Names the relay. Its position and its Kafka transactional ids hang on it: of the relays with one name, one publishes.")
        .key(
            FROM,
            STRING,
            "beginning",
            startingPoint(),
            MEDIUM,
            "",
            "Only for the first start, while Kafka has no position of this name: 'beginning' publishes the rows that are in the"
                + " outbox tables, then what follows; 'now' only what commits from then on; 'gtid:' and a GTID set what the"
                + " binlog has beyond that set.")
        .key(
            OUTBOX_SCHEMAS,
            LIST,
            REQUIRED,
            names(SQL_NAME, false),
            HIGH,
            "",
            "The databases whose outbox is relayed, separated by commas.")
        .key(
            OUTBOX_TABLE,
            STRING,
            "outbox",
            name(SQL_NAME),
            LOW,
            "",
            "The outbox table's name, the same in all of them.")
        .key(
            CREATED_AT_ZONE,
            STRING,
            "",
            zone(),
            LOW,
            "",
            "The zone in which writers fill a created_at of type DATETIME (UTC, +08:00, Asia/Shanghai); a TIMESTAMP needs none."
                + " While it is empty, such a column tells no time: nothing is purged or replayed by it, and it is no ce_time.")
        .key(
            RECORD_SOURCE,
            STRING,
            "/outrail/{schema}",
            new NonEmptyString(),
            LOW,
            "",
            "The header ce_source; {schema} stands for the row's database.")
        .key(
            LEASE,
            LONG,
            4_000L,
            seconds(2_000, 60_000),
            MEDIUM,
            "ms",
            "Of several relays with one name one works, the others wait. When MySQL hears nothing of the working one for this"
                + " long, it is replaced; one that is killed is replaced at once. Whole seconds.")
        .key(
            START_PATIENCE,
            LONG,
            60_000L,
            between(0, 3_600_000),
            LOW,
            "ms",
            "How long the start waits for MySQL and Kafka to be reachable before it gives up. Later outages are waited out.")
        .key(
            BACKOFF_INITIAL,
            LONG,
            200L,
            between(1, 60_000),
            LOW,
            "ms",
            "First pause after a failure; doubles with each further one, with jitter.")
        .key(BACKOFF_MAX, LONG, 5_000L, between(1, 600_000), LOW, "ms", "Longest such pause.");
    new Section(def, "MySQL")
        .key(
            MYSQL_HOST,
            STRING,
            "localhost",
            new NonEmptyString(),
            HIGH,
            "",
            "Host name or address.")
        .key(MYSQL_PORT, INT, 3306, between(1, 65_535), HIGH, "", "Port.")
        .key(
            MYSQL_USER,
            STRING,
            REQUIRED,
            new NonEmptyString(),
            HIGH,
            "",
            "The account; see the README for the few rights it needs.")
        .key(MYSQL_PASSWORD, PASSWORD, "", null, HIGH, "", "Its password. Never printed.")
        .key(
            MYSQL_PASSWORD_FILE,
            STRING,
            "",
            null,
            MEDIUM,
            "",
            "A file that holds the password, read again for each connection attempt; for rotated secrets. Not together with"
                + " mysql.password.")
        .key(
            MYSQL_SERVER_ID,
            LONG,
            0L,
            between(0, 4_294_967_295L),
            MEDIUM,
            "",
            "The relay's id among the server's replicas, unique there, and so different for each process; 0 takes a random one above 1 000 000 000.")
        .key(
            MYSQL_SSL_MODE,
            STRING,
            "PREFERRED",
            ConfigDef.CaseInsensitiveValidString.in(
                "DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"),
            MEDIUM,
            "",
            "TLS towards MySQL: DISABLED; PREFERRED, if the server has it; REQUIRED; VERIFY_CA also checks who signed the server's"
                + " certificate, VERIFY_IDENTITY its host name, too.")
        .key(
            MYSQL_SSL_TRUSTSTORE,
            STRING,
            "",
            null,
            LOW,
            "",
            "Trust store with the server's CA; empty for the JVM's own.")
        .key(
            MYSQL_SSL_TRUSTSTORE_PASSWORD,
            PASSWORD,
            "",
            null,
            LOW,
            "",
            "The trust store's password. Never printed.")
        .key(
            MYSQL_SSL_KEYSTORE,
            STRING,
            "",
            null,
            LOW,
            "",
            "A PKCS12 or JKS file with the relay's own key and certificate, for an account that REQUIREs X509, ISSUER or SUBJECT.")
        .key(
            MYSQL_SSL_KEYSTORE_PASSWORD,
            PASSWORD,
            "",
            null,
            LOW,
            "",
            "Opens that file and the key in it. Never printed.")
        .key(
            MYSQL_CONNECT_TIMEOUT,
            LONG,
            10_000L,
            between(100, 120_000),
            LOW,
            "ms",
            "Bound for a connection attempt.")
        .key(
            MYSQL_DEAD_AFTER,
            LONG,
            10_000L,
            between(2_000, 600_000),
            LOW,
            "ms",
            "A server that sends nothing and answers nothing for this long counts as dead, however open its connections look. An"
                + " idle one is asked for a sign of life four times as often.");
    new Section(def, "Kafka")
        .key(
            BOOTSTRAP,
            LIST,
            REQUIRED,
            ConfigDef.ValidList.anyNonDuplicateValues(false, false),
            HIGH,
            "",
            "Brokers to begin with. Any other key kafka.* goes to the Kafka clients without the prefix (kafka.ssl.*,"
                + " kafka.sasl.*, kafka.compression.type …), except those that exactly-once hangs on.")
        .key(
            KAFKA_CLIENT_FILE,
            STRING,
            "",
            null,
            MEDIUM,
            "",
            "A properties file with further settings of the Kafka clients, without the prefix (sasl.jaas.config=…), read again for each"
                + " connection attempt; for rotated secrets. It wins over keys kafka.*.")
        .key(
            POSITION_TOPIC,
            STRING,
            "outrail-relay-positions",
            name(TOPIC_NAME),
            LOW,
            "",
            "The compacted topic that holds the position; created if missing.")
        .key(
            POSITION_INTERVAL,
            LONG,
            10_000L,
            between(100, 3_600_000),
            LOW,
            "ms",
            "How often the position moves on while only other tables change.")
        .key(
            TOPICS_CREATE,
            BOOLEAN,
            true,
            null,
            MEDIUM,
            "",
            "Create an event's topic when it is missing. If false, such an event is dealt with as poison.policy says, and a missing one of topics.names halts the relay.")
        .key(
            TOPICS_NAMES,
            LIST,
            "",
            names(TOPIC_NAME, true),
            LOW,
            "",
            "Topics to create at the start already, so that consumers find them.")
        .key(
            TOPICS_PARTITIONS,
            INT,
            6,
            between(1, 10_000),
            MEDIUM,
            "",
            "Partitions of topics that the relay creates.")
        .key(
            TOPICS_REPLICATION,
            INT,
            -1,
            between(-1, 100),
            MEDIUM,
            "",
            "Replicas of topics that the relay creates; -1 takes the broker's default.")
        .key(
            TOPICS_MIN_INSYNC,
            INT,
            0,
            between(0, 100),
            MEDIUM,
            "",
            "min.insync.replicas of topics that the relay creates; 0 leaves the broker's default.")
        .key(
            TOPICS_DENIED,
            STRING,
            "hold",
            ValidString.in("hold", "halt"),
            MEDIUM,
            "",
            "Events of a topic that Kafka's ACLs keep from the relay: 'hold' puts them and all later ones of that topic aside, as"
                + " numbered pointers in quarantine.topic, lets the others flow, and publishes them in order once it may;"
                + " 'halt' stops before the first.")
        .key(
            POISON_POLICY,
            STRING,
            "quarantine",
            ValidString.in("quarantine", "halt"),
            MEDIUM,
            "",
            "An event that cannot be published (too large for its topic, no legal or existing topic, NULL in a column that must"
                + " have a value): 'quarantine' sends a pointer to quarantine.topic and goes on; 'halt' stops before it.")
        .key(
            QUARANTINE_TOPIC,
            STRING,
            "outbox-quarantine",
            name(TOPIC_NAME),
            LOW,
            "",
            "Where those pointers go; compacted, created if missing.")
        .key(
            AUDIT_TOPIC,
            STRING,
            "outrail-relay-audit",
            name(TOPIC_NAME),
            LOW,
            "",
            "Where each operator's action is recorded; created if missing.")
        .key(
            TRANSACTION_TIMEOUT,
            INT,
            15_000,
            between(2_000, 900_000),
            LOW,
            "ms",
            "After this the broker aborts a transaction of a relay that no longer answers; readers wait for it that long.")
        .key(
            SNAPSHOT_TIMEOUT,
            INT,
            600_000,
            between(10_000, 900_000),
            LOW,
            "ms",
            "The same for the one transaction that holds the rows found at the first start; at most the broker's"
                + " transaction.max.timeout.ms.");
    new Section(def, "Runs and memory")
        .key(
            RUN_MAX_EVENTS,
            INT,
            2_000,
            between(1, 100_000),
            LOW,
            "",
            "Events in one Kafka transaction, at most.")
        .key(
            RUN_MAX_BYTES,
            LONG,
            8_388_608L,
            between(1_024, 1_073_741_824),
            LOW,
            "bytes",
            "Bytes in one Kafka transaction, about; a single larger event passes alone.")
        .key(
            RUN_GATHER,
            LONG,
            5L,
            between(0, 1_000),
            LOW,
            "ms",
            "How long a run waits for more events under load or behind a backlog. A calm relay does not wait at all.")
        .key(
            QUEUE_MAX_EVENTS,
            INT,
            10_000,
            between(1, 1_000_000),
            LOW,
            "",
            "Events read ahead of publishing, at most.")
        .key(
            QUEUE_MAX_BYTES,
            LONG,
            33_554_432L,
            between(1_024, 4_294_967_296L),
            LOW,
            "bytes",
            "Bytes read ahead of publishing, about.");
    new Section(def, "Purge")
        .key(
            PURGE_MODE,
            STRING,
            "off",
            ValidString.in("off", "delete", "partition"),
            MEDIUM,
            "",
            "How old rows leave the outbox tables, once Kafka has confirmed their events: 'delete' deletes them in small batches,"
                + " 'partition' drops whole partitions.")
        .key(
            PURGE_RETENTION,
            LONG,
            604_800_000L,
            between(0, Long.MAX_VALUE / 1_000_000),
            MEDIUM,
            "ms",
            "How long a row stays at least, by its created_at. What is gone from the table cannot be replayed. Default: 7 days.")
        .key(
            PURGE_BATCH_ROWS,
            INT,
            1_000,
            between(1, 10_000),
            LOW,
            "",
            "Rows deleted in one transaction, at most.")
        .key(
            PURGE_INTERVAL,
            LONG,
            60_000L,
            between(100, 86_400_000),
            LOW,
            "ms",
            "Pause between two passes over the tables.");
    new Section(def, "HTTP")
        .key(
            HTTP_BIND,
            STRING,
            "127.0.0.1",
            new NonEmptyString(),
            MEDIUM,
            "",
            "Address for the operator's verbs, and for all that the health port shows. Only this host reaches the default;"
                + " 0.0.0.0 lets others ask: set http.ssl.keystore then.")
        .key(
            HTTP_PORT,
            INT,
            8190,
            between(0, 65_535),
            MEDIUM,
            "",
            "Its port; 0 takes a free one, which the log names.")
        .key(
            HTTP_HEALTH_BIND,
            STRING,
            "0.0.0.0",
            new NonEmptyString(),
            LOW,
            "",
            "Address for health, status and metrics, for reading only and without a token.")
        .key(
            HTTP_HEALTH_PORT,
            INT,
            -1,
            between(-1, 65_535),
            MEDIUM,
            "",
            "Its port, which has threads of its own: -1 is the one above http.port, so 8191; 0 takes a free one, which the log"
                + " names.")
        .key(
            HTTP_ADVERTISED,
            STRING,
            "",
            null,
            LOW,
            "",
            "Where others reach http.port of this relay, for standbys to tell; empty for http://<host name>:<port>.")
        .key(
            HTTP_SSL_KEYSTORE,
            STRING,
            "",
            null,
            MEDIUM,
            "",
            "A PKCS12 or JKS file with private key and certificates: http.port speaks TLS then. Read at the start.")
        .key(
            HTTP_SSL_KEYSTORE_PASSWORD,
            PASSWORD,
            "",
            null,
            MEDIUM,
            "",
            "Opens that file and the key in it. Never printed.")
        .key(
            HTTP_TOKEN,
            PASSWORD,
            "",
            null,
            MEDIUM,
            "",
            "What every call but health, status and metrics asks for, at least 16 characters. Without a token they are"
                + " refused. Never printed.")
        .key(
            HTTP_TOKEN_FILE,
            STRING,
            "",
            null,
            MEDIUM,
            "",
            "A file that holds the token, read again for each request. Not together with http.token.");
    return def;
  }

  private static ConfigDef.Validator seconds(long min, long max) {
    return ConfigDef.LambdaValidator.with(
        (key, value) -> {
          between(min, max).ensureValid(key, value);
          if (value instanceof Long millis && millis % 1_000 != 0) {
            throw new ConfigException(key, value, "must be whole seconds, such as 4000");
          }
        },
        () -> "[%d,...,%d], whole seconds".formatted(min, max));
  }

  private static ConfigDef.Validator name(Pattern pattern) {
    return ConfigDef.LambdaValidator.with(
        (key, value) -> require(key, value, pattern), () -> "matching " + pattern.pattern());
  }

  private static ConfigDef.Validator names(Pattern pattern, boolean mayBeEmpty) {
    return ConfigDef.LambdaValidator.with(
        (key, value) -> {
          List<?> values = value instanceof List<?> list ? list : List.of();
          if (values.isEmpty() && !mayBeEmpty) {
            throw new ConfigException(key, value, "must name at least one");
          }
          values.forEach(one -> require(key, one, pattern));
        },
        () -> "each matching " + pattern.pattern());
  }

  private static ConfigDef.Validator zone() {
    return ConfigDef.LambdaValidator.with(
        (key, value) -> {
          String zone = String.valueOf(value);
          try {
            if (!zone.isEmpty()) {
              ZoneId.of(zone);
            }
          } catch (DateTimeException e) {
            throw new ConfigException(
                key, value, "is no time zone such as UTC, +08:00 or Asia/Shanghai");
          }
        },
        () -> "a time zone");
  }

  private static ConfigDef.Validator startingPoint() {
    return ConfigDef.LambdaValidator.with(
        (key, value) -> {
          String from = String.valueOf(value);
          if (!from.equals("beginning") && !from.equals("now") && !isGtids(from)) {
            throw new ConfigException(
                key,
                value,
                "must be 'beginning', 'now', or 'gtid:' followed by a GTID set such as"
                    + " 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5");
          }
        },
        () -> "[beginning, now, gtid:<set>]");
  }

  private static boolean isGtids(String from) {
    return from.startsWith(FROM_GTID) && GtidSets.isValid(from.substring(FROM_GTID.length()));
  }

  private static void require(String key, @Nullable Object value, Pattern pattern) {
    if (value == null || !pattern.matcher(value.toString()).matches()) {
      throw new ConfigException(key, value, "must match " + pattern.pattern());
    }
  }

  private static final class Section {
    private final ConfigDef def;
    private final String title;
    private int order;

    Section(ConfigDef def, String title) {
      this.def = def;
      this.title = title;
    }

    /** The unit takes the place of ConfigDef's display name. */
    Section key(
        String key,
        ConfigDef.Type type,
        Object fallback,
        ConfigDef.@Nullable Validator validator,
        Importance importance,
        String unit,
        String meaning) {
      def.define(
          key,
          type,
          fallback,
          validator,
          importance,
          meaning,
          title,
          order++,
          ConfigDef.Width.NONE,
          unit);
      return this;
    }
  }
}
