package dev.outrail.bench.log;

import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.BinlogArgs;
import dev.outrail.bench.kit.ReadCounter;
import io.debezium.engine.RecordChangeEvent;
import java.io.IOException;
import org.apache.kafka.connect.source.SourceRecord;

/** The engine with a consumer that counts, and marks each batch as its documentation says. */
final class EngineNoop {

  private EngineNoop() {}

  static void run(BenchArgs args, BinlogArgs binlog) throws IOException {
    try (ReadCounter counter = ReadCounter.start(args.number(BenchArgs.PORT))) {
      Engine.run(
          args,
          binlog,
          (batch, committer) -> {
            for (RecordChangeEvent<SourceRecord> event : batch) {
              committer.markProcessed(event);
            }
            committer.markBatchFinished();
            counter.add(batch.size());
          });
    }
  }
}
