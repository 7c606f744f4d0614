package dev.outrail.bench.log;

import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.BinlogArgs;

/** Runs one of the readers until the process is ended. */
public final class LogPeerMain {

  private LogPeerMain() {}

  public static void main(String[] arguments) throws Exception {
    BenchArgs args = BenchArgs.parse(arguments);
    BinlogArgs binlog = BinlogArgs.of(args);
    switch (binlog.reader()) {
      case "raw-binlog" -> RawBinlog.run(args, binlog);
      case "engine-noop" -> EngineNoop.run(args, binlog);
      case "engine-idempotent" -> EngineIdempotent.run(args, binlog);
      default -> throw new IllegalArgumentException("No such reader: " + binlog.reader());
    }
  }
}
