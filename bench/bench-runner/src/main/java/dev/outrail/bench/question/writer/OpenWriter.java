package dev.outrail.bench.question.writer;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Running;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.kit.Written;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.Stage;
import dev.outrail.bench.measure.WriterClient;
import dev.outrail.bench.result.Recorder;
import java.time.Duration;

/** One contender that waits for its next turn to write. For one thread; close it. */
final class OpenWriter implements AutoCloseable {

  private static final int KEYS = 1_000;
  private static final int BYTES = 256;

  /** More than any of them makes in the time. */
  private static final int PAYMENTS_A_SECOND = 4_000;

  private final Stage stage;
  private final Database database;
  private final String id;
  private final Scene scene;
  private final Running running;
  private final WriterClient writer;
  private final long payments;
  private long next;

  private OpenWriter(
      Stage stage,
      Database database,
      String id,
      Scene scene,
      Running running,
      WriterClient writer,
      long payments) {
    this.stage = stage;
    this.database = database;
    this.id = id;
    this.scene = scene;
    this.running = running;
    this.writer = writer;
    this.payments = payments;
  }

  /**
   * @param paying how long it will write in all
   */
  static OpenWriter start(
      Stage stage,
      Database database,
      Contender contender,
      Mode mode,
      int writers,
      Duration paying) {
    long payments = PAYMENTS_A_SECOND * paying.toMillis() / 1_000;
    String id = contender.description().id();
    Scene scene = stage.scene(id, contender.databases(), payments, writers);
    try {
      contender.createTables(scene);
      Running running = contender.start(scene, mode);
      WriterClient writer = new WriterClient(running.writer(), writers, KEYS, BYTES);
      return new OpenWriter(stage, database, id, scene, running, writer, payments);
    } catch (RuntimeException e) {
      stage.strike(scene);
      throw e;
    }
  }

  String id() {
    return id;
  }

  /**
   * As fast as it can, with payments that were not made yet.
   *
   * @throws IllegalStateException if all have been made
   */
  Written pay(Duration atMost) {
    if (next >= payments) {
      throw new IllegalStateException(
          "%s has made all of its %d payments: this machine needs more than %d for a second"
              .formatted(id, payments, PAYMENTS_A_SECOND));
    }
    Written written = writer.closed(next, payments - next, atMost);
    long last = next;
    for (int i = 0; i < written.size(); i++) {
      last = Math.max(last, written.seq(i));
    }
    next = (last / writer.threads() + 1) * writer.threads();
    return written;
  }

  void measure(Duration atMost, Recorder recorder) {
    long statements = database.statements();
    long bytes = database.binlogBytes();
    Written written = pay(atMost);
    // The two questions themselves are two statements
    double perPayment = (database.statements() - statements - 2.0) / written.size();
    recorder.record("payments_per_s", written.size() / ((written.ended() - written.begun()) / 1e6));
    recorder.record("statements_per_payment", perPayment);
    recorder.record(
        "binlog_bytes_per_payment", (database.binlogBytes() - bytes) / (double) written.size());
  }

  @Override
  public void close() {
    running.close();
    stage.strike(scene);
  }
}
