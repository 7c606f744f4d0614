package dev.outrail.bench.contender.log;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Description;
import dev.outrail.bench.contender.Guarantee;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.kit.BinlogArgs;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Those who read the same rows of {@code outbox} tables from the binlog as the relay does. */
public final class LogReaders {

  private static final String DEBEZIUM = "Debezium 3.6.1.Final";
  private static final String CONNECT = "Kafka Connect 4.3.1, " + DEBEZIUM;
  private static final String PEERS = "bench-log-peers";
  private static final String THE_RUNS_TOPIC = "the run's topic";

  private static final ByMode ENGINE =
      ByMode.always(
          Map.of("schema.history.internal", "io.debezium.relational.history.MemorySchemaHistory"));

  /** Long enough for full batches, and no half second lost when the last one stays small. */
  private static final ByMode BACKLOG =
      new ByMode(Map.of(), Map.of(), Map.of("poll.interval.ms", "50"));

  /** Fewer waits for Kafka; a reader that drops events gains nothing by it. */
  private static final ByMode LARGE_BATCHES =
      new ByMode(Map.of(), Map.of(), Map.of("max.batch.size", "8192", "max.queue.size", "32768"));

  /** Events wait a millisecond for company; polling so often takes a good part of a core. */
  private static final ByMode POLL_OFTEN =
      new ByMode(Map.of(), Map.of("poll.interval.ms", "1"), Map.of());

  /** A Kafka transaction for each poll takes longer than a millisecond: no better with less. */
  private static final ByMode POLL_FOR_TRANSACTIONS =
      new ByMode(Map.of(), Map.of("poll.interval.ms", "5"), Map.of());

  /**
   * A full batch ends the wait, so events leave one by one and at once. Only for those who do not
   * wait for Kafka between two batches.
   */
  private static final ByMode ONE_BY_ONE =
      new ByMode(Map.of(), Map.of("max.batch.size", "1"), Map.of());

  /**
   * A backlog goes with the client's default wait for fuller batches; what is live goes at once.
   */
  private static final ByMode PRODUCER =
      new ByMode(
          Map.of("acks", "all", "enable.idempotence", "true", "batch.size", "131072"),
          Map.of("linger.ms", "0"),
          Map.of("linger.ms", "5"));

  /** Connect's own default is one request at a time, from before producers were idempotent. */
  private static final ByMode IN_FLIGHT =
      ByMode.always(Map.of("max.in.flight.requests.per.connection", "5"));

  private LogReaders() {}

  /** The limits first, then the peers, then our own mode. */
  public static List<Contender> all() {
    return List.of(
        rawBinlog("raw-binlog", "Binlog client, rows dropped, no TLS", "DISABLED"),
        rawBinlog("raw-binlog-tls", "Binlog client, rows dropped, TLS", "PREFERRED"),
        engineNoop(),
        engineIdempotent(),
        connectAtLeastOnce(),
        connectExactlyOnce(),
        outrailAtLeastOnce());
  }

  /**
   * @param sslMode the client's own default is none; Debezium's is TLS if the server has it
   */
  private static Contender rawBinlog(String id, String title, String sslMode) {
    return new LogContender(
        new Description(
            id,
            title,
            Guarantee.READS_ONLY,
            "mysql-binlog-connector-java 0.41.0, of " + DEBEZIUM,
            new TreeMap<>(Map.of("keepAlive", "false", "sslMode", sslMode))),
        new ProcessReader(
            PEERS,
            "raw-binlog",
            (scene, serverId) -> Map.of("bench.ssl-mode", sslMode),
            ByMode.always(Map.of())));
  }

  private static Contender engineNoop() {
    ByMode connector =
        ConnectorSettings.COMMON.and(ENGINE).and(ByMode.always(BACKLOG.of(Mode.CARRY_ONLY)));
    return new LogContender(
        new Description(
            "engine-noop",
            "Debezium engine, events dropped",
            Guarantee.READS_ONLY,
            DEBEZIUM,
            engine(connector)),
        new ProcessReader(
            PEERS,
            "engine-noop",
            (scene, id) -> connectorArgs(ConnectorSettings.where(scene, id)),
            connector.behind(BinlogArgs.CONNECTOR)));
  }

  private static Contender engineIdempotent() {
    ByMode connector =
        ConnectorSettings.COMMON
            .and(ENGINE)
            .and(ConnectorSettings.ROUTER)
            .and(BACKLOG)
            .and(LARGE_BATCHES)
            .and(POLL_OFTEN);
    ByMode producer = PRODUCER.behind(BinlogArgs.PRODUCER);
    SortedMap<String, String> settings = engine(connector);
    settings.putAll(producer.described());
    settings.put(ConnectorSettings.ROUTED_TO, THE_RUNS_TOPIC);
    return new LogContender(
        new Description(
            "engine-idempotent",
            "Debezium engine, idempotent producer",
            Guarantee.AT_LEAST_ONCE,
            DEBEZIUM,
            settings),
        new ProcessReader(
            PEERS,
            "engine-idempotent",
            (scene, id) -> connectorArgs(ConnectorSettings.routed(scene, id)),
            connector.behind(BinlogArgs.CONNECTOR).and(producer)));
  }

  private static Contender connectAtLeastOnce() {
    return connect(
        "connect-at-least-once",
        "Kafka Connect, Debezium, EventRouter",
        Guarantee.AT_LEAST_ONCE,
        ByMode.always(Map.of()),
        ONE_BY_ONE);
  }

  private static Contender connectExactlyOnce() {
    return connect(
        "connect-exactly-once",
        "Kafka Connect, Debezium, EventRouter, exactly-once source",
        Guarantee.EXACTLY_ONCE,
        ByMode.always(Map.of("exactly.once.source.support", "enabled")),
        POLL_FOR_TRANSACTIONS.and(
            ByMode.always(
                Map.of("exactly.once.support", "required", "transaction.boundary", "poll"))));
  }

  private static Contender connect(
      String id, String title, Guarantee guarantee, ByMode moreOfWorker, ByMode moreOfConnector) {
    ByMode worker =
        ByMode.always(
                Map.of(
                    "key.converter", "org.apache.kafka.connect.storage.StringConverter",
                    "value.converter", "io.debezium.converters.BinaryDataConverter",
                    "value.converter.delegate.converter.type",
                        "org.apache.kafka.connect.json.JsonConverter",
                    "value.converter.delegate.converter.type.schemas.enable", "false",
                    "config.storage.replication.factor", "1",
                    "offset.storage.replication.factor", "1",
                    "status.storage.replication.factor", "1",
                    "plugin.discovery", "service_load"))
            .and(moreOfWorker);
    ByMode connector =
        ConnectorSettings.COMMON
            .and(ConnectorSettings.ROUTER)
            .and(BACKLOG)
            .and(LARGE_BATCHES)
            .and(PRODUCER.and(IN_FLIGHT).behind("producer.override."))
            .and(moreOfConnector);
    SortedMap<String, String> settings = connector.and(worker).described();
    settings.put(ConnectorSettings.ROUTED_TO, THE_RUNS_TOPIC);
    return new LogContender(
        new Description(id, title, guarantee, CONNECT, settings),
        new ConnectWorker(worker, connector));
  }

  private static Contender outrailAtLeastOnce() {
    ByMode producer =
        ByMode.always(
                Map.of(
                    "acks", "all",
                    "enable.idempotence", "true",
                    "linger.ms", "5",
                    "batch.size", "131072",
                    "buffer.memory", "67108864"))
            .behind(BinlogArgs.PRODUCER);
    return new LogContender(
        new Description(
            "outrail-at-least-once",
            "Outrail's reading, idempotent producer",
            Guarantee.AT_LEAST_ONCE,
            "this build",
            producer.described()),
        new ProcessReader(
            "bench-at-least-once",
            "outrail-at-least-once",
            (scene, id) -> Map.of("bench.position-topic", positionTopic(scene)),
            producer));
  }

  private static String positionTopic(Scene scene) {
    String topic = scene.name() + "-position";
    scene.servers().kafka().createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
    return topic;
  }

  private static SortedMap<String, String> engine(ByMode connector) {
    SortedMap<String, String> settings = connector.described();
    settings.put("offset.storage", "in memory, with the position to begin at");
    return settings;
  }

  private static Map<String, String> connectorArgs(Map<String, String> connector) {
    Map<String, String> args = new TreeMap<>();
    connector.forEach((setting, value) -> args.put(BinlogArgs.CONNECTOR + setting, value));
    return args;
  }
}
