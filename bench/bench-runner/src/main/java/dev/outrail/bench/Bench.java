package dev.outrail.bench;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Servers;
import dev.outrail.bench.contender.Turns;
import dev.outrail.bench.measure.BrokerWarmUp;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.Stage;
import dev.outrail.bench.question.apply.ApplyRate;
import dev.outrail.bench.question.drain.BacklogSpec;
import dev.outrail.bench.question.drain.BinlogDrain;
import dev.outrail.bench.question.drain.TableDrain;
import dev.outrail.bench.question.flow.WholeFlow;
import dev.outrail.bench.question.lateness.Lateness;
import dev.outrail.bench.question.lateness.LatenessPlan;
import dev.outrail.bench.question.operate.StartToEvent;
import dev.outrail.bench.question.operate.Takeover;
import dev.outrail.bench.question.writer.WriterCost;
import dev.outrail.bench.result.Measurement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Asks the questions, one after the other; within each, contenders take turns round by round. */
final class Bench {

  private static final int FEW_WRITERS = 4;

  private final Stage stage;
  private final Path folder;
  private final Database database;
  private final Size size;
  private final List<Contender> contenders;
  private final Consumer<Measurement> results;

  /**
   * @param results takes what is measured, one at a time
   */
  Bench(
      Servers servers,
      Path folder,
      Size size,
      List<Contender> contenders,
      Consumer<Measurement> results) {
    this.stage = new Stage(servers, folder);
    this.folder = folder;
    this.database = Database.of(servers.mysql());
    this.size = size;
    this.contenders = contenders;
    this.results = oneAtATime(results);
  }

  void run(Set<Question> questions) {
    BrokerWarmUp.of(stage.servers().kafka(), size.brokerWarmUp());
    for (Question question : new TreeSet<>(questions)) {
      switch (question) {
        case DRAIN -> drain();
        case LATENESS -> lateness();
        case WRITER -> writer();
        case APPLY -> apply();
        case FLOW -> flow();
        case OPERATE -> operate();
      }
    }
  }

  /**
   * Each contender once, in as little as shows whether it carries events: those that publish
   * nothing with a backlog, those that only write with a few payments, all others live. The
   * consumer, the same for all, runs behind one that reads the binlog and one that does not. These
   * two kinds take place at the same time, so no figure of time is worth anything.
   */
  void smoke() {
    CompletableFuture.allOf(
            CompletableFuture.runAsync(this::smokeBinlogReaders),
            CompletableFuture.runAsync(this::smokeOthers))
        .join();
  }

  private void smokeBinlogReaders() {
    Database kept = database.keepingBinlogs();
    BinlogDrain binlog = new BinlogDrain(stage, kept);
    List<Contender> limits = those(c -> c.modes().equals(Set.of(Mode.CARRY_ONLY)));
    List<Contender> drained = new ArrayList<>(limits);
    those(Contender::publishesWhereRowsSay).stream().findFirst().ifPresent(drained::add);
    size.drains().forEach(spec -> binlog.run(spec, drained, 1, results));
    smokeLive(those(c -> c.readsBinlog() && c.modes().contains(Mode.LIVE)), kept);
  }

  private void smokeOthers() {
    Database kept = database.keepingBinlogs();
    smokeLive(those(c -> !c.readsBinlog() && c.modes().contains(Mode.LIVE)), kept);
    writerCost(kept).inTurn(those(c -> c.modes().equals(Set.of(Mode.WRITE_ONLY))), 1, results);
    new ApplyRate(stage, kept, size.apply()).run(1, results);
  }

  private void smokeLive(List<Contender> live, Database kept) {
    Lateness lateness = new Lateness(stage, kept);
    LatenessPlan plan = size.lateness(1);
    for (Contender contender : live) {
      boolean first = contender.equals(live.get(0));
      lateness.run(first ? plan : plan.withoutEffects(), contender, 1, results);
    }
  }

  private void drain() {
    List<Contender> readers = those(c -> c.readsBinlog() && c.databases() == 1);
    BinlogDrain binlog = new BinlogDrain(stage, database);
    size.drains().forEach(spec -> binlog.run(spec, readers, size.rounds(), results));
    BacklogSpec large = size.large();
    if (large != null) {
      binlog.run(large, readers, 1, results);
    }
    size.drainVariants().forEach(spec -> binlog.run(spec, readers, size.variantRounds(), results));
    BacklogSpec inTables = size.tableDrain();
    if (inTables != null) {
      new TableDrain(stage, database)
          .run(
              inTables,
              those(c -> !c.readsBinlog() && c.modes().contains(Mode.CARRY_ONLY)),
              size.variantRounds(),
              results);
    }
  }

  private void lateness() {
    Lateness lateness = new Lateness(stage, database);
    for (int round = 1; round <= size.rounds(); round++) {
      LatenessPlan plan = size.lateness(round);
      List<Contender> live = those(c -> c.modes().contains(Mode.LIVE));
      for (Contender contender : Turns.inRound(round, live)) {
        lateness.run(plan, contender, round, results);
      }
    }
  }

  private void writer() {
    WriterCost cost = writerCost(database);
    cost.inTurn(those(c -> c.modes().contains(Mode.WRITE_ONLY)), size.rounds(), results);
    if (size.everything()) {
      for (int round = 1; round <= size.variantRounds(); round++) {
        for (Contender contender : those(c -> c.modes().contains(Mode.LIVE))) {
          cost.publishing(contender, round, results);
        }
      }
    }
  }

  private WriterCost writerCost(Database written) {
    return new WriterCost(stage, written, FEW_WRITERS, size.writerWarmUp(), size.writerMeasured());
  }

  private void apply() {
    ApplyRate apply = new ApplyRate(stage, database, size.apply());
    for (int round = 1; round <= size.rounds(); round++) {
      apply.run(round, results);
    }
  }

  private void flow() {
    WholeFlow flow = new WholeFlow(stage.servers(), database, folder, size.flow());
    for (int round = 1; round <= size.variantRounds(); round++) {
      flow.run(round, results);
    }
  }

  private void operate() {
    StartToEvent start = new StartToEvent(stage, database);
    Takeover takeover = new Takeover(stage, database, size.operate());
    for (int round = 1; round <= size.variantRounds(); round++) {
      if (size.everything()) {
        for (Contender contender : those(c -> c.modes().contains(Mode.LIVE))) {
          start.run(contender, round, results);
        }
      }
      takeover.run(round, results);
    }
  }

  private static Consumer<Measurement> oneAtATime(Consumer<Measurement> results) {
    return measurement -> {
      synchronized (results) {
        results.accept(measurement);
      }
    };
  }

  private List<Contender> those(Predicate<Contender> which) {
    return contenders.stream().filter(which).toList();
  }
}
