package dev.outrail.bench.atleastonce;

import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.BinlogArgs;
import dev.outrail.relay.capture.Capture;
import dev.outrail.relay.capture.CaptureSettings;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.ServerId;
import dev.outrail.relay.capture.ShapeReader;
import dev.outrail.relay.capture.TableName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the relay would be without its Kafka transaction: the same reading, runs gathered by the
 * same rule, the same records; the position follows when a run is acknowledged. Runs until the
 * process is ended.
 */
public final class AtLeastOnceMain {

  // the relay's defaults
  private static final Duration DEAD_AFTER = Duration.ofSeconds(10);
  private static final int QUEUE_MAX_EVENTS = 10_000;
  private static final long QUEUE_MAX_BYTES = 32L << 20;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** The topic that the position is written to. */
  private static final String POSITION_TOPIC = "bench.position-topic";

  private AtLeastOnceMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    BenchArgs args = BenchArgs.parse(arguments);
    BinlogArgs binlog = BinlogArgs.of(args);
    MySqlServer server =
        new MySqlServer(
            binlog.host(),
            binlog.port(),
            binlog.user(),
            binlog.password(),
            "PREFERRED",
            "",
            "",
            "",
            "",
            CONNECT_TIMEOUT,
            DEAD_AFTER,
            null); // the table's created_at is a TIMESTAMP
    List<TableName> tables =
        binlog.databases().stream().map(database -> new TableName(database, "outbox")).toList();
    CaptureSettings reading =
        new CaptureSettings(
            binlog.reader(),
            server,
            tables,
            new ServerId(binlog.serverId()),
            DEAD_AFTER,
            QUEUE_MAX_EVENTS,
            QUEUE_MAX_BYTES);
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", args.get(BenchArgs.KAFKA));
    settings.putAll(BinlogArgs.settings(args, BinlogArgs.PRODUCER));
    try (Producer<byte[], byte[]> producer =
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        Capture capture =
            Capture.start(reading, binlog.gtids(), new ShapeReader(server, tables).present())) {
      new Carrier(capture, producer, args.get(BenchArgs.TOPIC), args.get(POSITION_TOPIC))
          .run(binlog.gtids());
    }
  }
}
