package dev.outrail.bench.question.writer;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Turns;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.Stage;
import dev.outrail.bench.result.Measurement;
import dev.outrail.bench.result.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Payments a second in a closed loop: as many as the database takes from a few writers. */
public final class WriterCost {

  /** So many turns are a round. */
  private static final int TURNS = 4;

  private final Stage stage;
  private final Database database;
  private final int writers;
  private final Duration warmUp;
  private final Duration measured;

  /**
   * @param writers how many write at once
   * @param warmUp written and not counted
   * @param measured how long each contender writes in each round
   */
  public WriterCost(
      Stage stage, Database database, int writers, Duration warmUp, Duration measured) {
    this.stage = stage;
    this.database = database;
    this.writers = writers;
    this.warmUp = warmUp;
    this.measured = measured;
  }

  /**
   * Measures the append alone. All are started and warmed up, and then take short turns, each of
   * which is a round of its own in the results: how long the disk takes for a commit changes by
   * more than an outbox costs, but not that fast.
   */
  public void inTurn(List<Contender> contenders, int rounds, Consumer<Measurement> results) {
    List<OpenWriter> open = new ArrayList<>();
    try {
      for (Contender contender : contenders) {
        open.add(open(contender, Mode.WRITE_ONLY, rounds));
      }
      database.awaitPagesWritten();
      open.forEach(writer -> writer.pay(warmUp));
      for (int turn = 1; turn <= rounds * TURNS; turn++) {
        for (OpenWriter writer : Turns.inRound(turn, open)) {
          Recorder recorder = new Recorder("writer", scenario(""), writer.id(), turn, results);
          writer.measure(measured.dividedBy(TURNS), recorder);
        }
      }
    } finally {
      open.forEach(OpenWriter::close);
      database.purgeBinlogs();
    }
  }

  /** Measures one contender while its events are published. */
  public void publishing(Contender contender, int round, Consumer<Measurement> results) {
    try (OpenWriter writer = open(contender, Mode.LIVE, 1)) {
      database.awaitPagesWritten();
      writer.pay(warmUp);
      writer.measure(
          measured, new Recorder("writer", scenario(", publishing"), writer.id(), round, results));
    } finally {
      database.purgeBinlogs();
    }
  }

  private OpenWriter open(Contender contender, Mode mode, int rounds) {
    Duration paying = warmUp.plus(measured.multipliedBy(rounds));
    return OpenWriter.start(stage, database, contender, mode, writers, paying);
  }

  private String scenario(String more) {
    return "closed loop, %d writers%s".formatted(writers, more);
  }
}
