package dev.outrail.bench.log;

import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.BinlogArgs;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.util.Properties;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Debezium's engine with Connect's records, from a given GTID set on, in the calling thread. */
final class Engine {

  private static final String NAME = "bench";

  private Engine() {}

  /**
   * Returns only if the engine ends, which it is not to do.
   *
   * @throws IllegalStateException says why it ended
   */
  static void run(
      BenchArgs args, BinlogArgs binlog, ChangeConsumer<RecordChangeEvent<SourceRecord>> consumer) {
    Properties properties = new Properties();
    properties.putAll(BinlogArgs.settings(args, BinlogArgs.CONNECTOR));
    properties.put("name", NAME);
    properties.put("offset.storage", GivenOffset.class.getName());
    properties.put(GivenOffset.NAME, NAME);
    properties.put(GivenOffset.GTIDS, binlog.gtids());
    @Nullable Throwable[] ended = new Throwable[1];
    String[] message = {""};
    DebeziumEngine<RecordChangeEvent<SourceRecord>> engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(properties)
            .using(
                (success, text, error) -> {
                  message[0] = text;
                  ended[0] = error;
                })
            .notifying(consumer)
            .build();
    engine.run();
    throw new IllegalStateException("The engine has ended: " + message[0], ended[0]);
  }
}
