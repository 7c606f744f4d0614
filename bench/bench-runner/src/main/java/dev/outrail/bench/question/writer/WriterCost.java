package dev.outrail.bench.question.writer;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Running;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.kit.Written;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.Stage;
import dev.outrail.bench.measure.WriterClient;
import dev.outrail.bench.result.Measurement;
import dev.outrail.bench.result.Recorder;
import java.time.Duration;
import java.util.function.Consumer;

/** Payments a second in a closed loop: as many as the database takes from a few writers. */
public final class WriterCost {

  private static final int KEYS = 1_000;
  private static final int BYTES = 256;

  /** More than any of them makes in the time. */
  private static final int PAYMENTS_A_SECOND = 10_000;

  private final Stage stage;
  private final Database database;
  private final int writers;
  private final Duration warmUp;
  private final Duration measured;

  /**
   * @param writers how many write at once
   * @param warmUp written and not counted
   */
  public WriterCost(
      Stage stage, Database database, int writers, Duration warmUp, Duration measured) {
    this.stage = stage;
    this.database = database;
    this.writers = writers;
    this.warmUp = warmUp;
    this.measured = measured;
  }

  /** Measures the append alone, or with the events being published meanwhile. */
  public void run(Contender contender, Mode mode, int round, Consumer<Measurement> results) {
    String id = contender.description().id();
    int payments = Math.toIntExact(PAYMENTS_A_SECOND * warmUp.plus(measured).toMillis() / 1_000);
    Scene scene = stage.scene(id, contender.databases(), payments, writers);
    try {
      contender.createTables(scene);
      try (Running running = contender.start(scene, mode)) {
        WriterClient writer = new WriterClient(running.writer(), writers, KEYS, BYTES);
        // The next numbers begin behind all that the first load may have made
        long first = Math.toIntExact(PAYMENTS_A_SECOND * warmUp.toMillis() / 1_000);
        writer.closed(0, first, warmUp);
        long statements = database.statements();
        long bytes = database.binlogBytes();
        Written written = writer.closed(first, payments - first, measured);
        // The two questions themselves are two statements
        double perPayment = (database.statements() - statements - 2.0) / written.size();
        String scenario =
            "closed loop, %d writers%s".formatted(writers, mode == Mode.LIVE ? ", publishing" : "");
        Recorder recorder = new Recorder("writer", scenario, id, round, results);
        recorder.record(
            "payments_per_s", written.size() / ((written.ended() - written.begun()) / 1e6));
        recorder.record("statements_per_payment", perPayment);
        recorder.record(
            "binlog_bytes_per_payment", (database.binlogBytes() - bytes) / (double) written.size());
      }
    } finally {
      stage.strike(scene);
      database.purgeBinlogs();
    }
  }
}
