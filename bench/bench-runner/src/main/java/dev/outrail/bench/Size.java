package dev.outrail.bench;

import dev.outrail.bench.question.apply.ApplyPlan;
import dev.outrail.bench.question.drain.BacklogSpec;
import dev.outrail.bench.question.flow.FlowPlan;
import dev.outrail.bench.question.lateness.LatenessPlan;
import dev.outrail.bench.question.lateness.LatenessPlan.Step;
import dev.outrail.bench.question.operate.OperatePlan;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How much is measured.
 *
 * @param questions what is asked unless somebody says what
 * @param everything whether also what takes long and no target is about: writing while events are
 *     published, and how soon each contender starts
 * @param brokerWarmUp how long the broker serves small transactions before anything is measured
 * @param rounds of what the targets are about
 * @param variantRounds of the rest
 * @param drains backlogs that the readers of the binlog publish in {@code rounds}
 * @param drainVariants those that they publish in {@code variantRounds}
 * @param tableDrain what the others publish; null for nothing
 * @param large a backlog that is published in one round only; null for none
 */
record Size(
    Set<Question> questions,
    boolean everything,
    Duration brokerWarmUp,
    int rounds,
    int variantRounds,
    List<BacklogSpec> drains,
    List<BacklogSpec> drainVariants,
    @Nullable BacklogSpec tableDrain,
    @Nullable BacklogSpec large,
    LatenessPlan lateness,
    Duration writerWarmUp,
    Duration writerMeasured,
    ApplyPlan apply,
    FlowPlan flow,
    OperatePlan operate) {

  /** As many outbox tables as several applications would have. */
  static final int MANY = 8;

  /** The rate that most targets are about. */
  private static final int OFTEN_MEASURED = 200;

  static final Size SMOKE =
      new Size(
          EnumSet.allOf(Question.class),
          false,
          Duration.ZERO,
          1,
          1,
          List.of(new BacklogSpec("2000 x 256 B", 2_000, 256, 1, 1)),
          List.of(),
          null,
          null,
          new LatenessPlan(
              Duration.ZERO,
              new Step(100, Duration.ofMillis(200), Duration.ZERO),
              List.of(new Step(100, Duration.ofMillis(500), Duration.ofSeconds(1))),
              List.of(),
              new Step(100, Duration.ZERO, Duration.ofMillis(500))),
          Duration.ofMillis(200),
          Duration.ofMillis(500),
          new ApplyPlan(300, 100, List.of(50)),
          new FlowPlan(Duration.ZERO, List.of(10), Duration.ofSeconds(1)),
          new OperatePlan(1, 1));

  static final Size QUICK =
      new Size(
          EnumSet.of(Question.DRAIN, Question.LATENESS, Question.WRITER),
          false,
          Duration.ofSeconds(10),
          1,
          1,
          List.of(backlog(300_000, 256)),
          List.of(),
          null,
          null,
          new LatenessPlan(
              Duration.ZERO,
              seconds(400, 4, 0),
              List.of(seconds(200, 1, 4)),
              List.of(),
              seconds(200, 1, 3)),
          Duration.ofSeconds(4),
          Duration.ofSeconds(3),
          new ApplyPlan(20_000, 2_000, List.of(0, 50)),
          new FlowPlan(Duration.ofSeconds(60), List.of(100), Duration.ofSeconds(8)),
          new OperatePlan(1, 1));

  static final Size FULL =
      new Size(
          EnumSet.allOf(Question.class),
          true,
          Duration.ofSeconds(120),
          5,
          1,
          List.of(backlog(300_000, 256)),
          List.of(
              new BacklogSpec("300000 x 256 B in 8 schemas", 300_000, 256, MANY, 1),
              backlog(100_000, 4 << 10),
              backlog(10_000, 64 << 10),
              new BacklogSpec("256 B, 90 % other rows", 100_000, 256, 1, 9),
              new BacklogSpec("256 B, 99 % other rows", 20_000, 256, 1, 99)),
          backlog(20_000, 256),
          backlog(3_000_000, 256),
          new LatenessPlan(
              Duration.ofSeconds(10),
              seconds(400, 20, 0),
              List.of(seconds(20, 1, 10), seconds(200, 1, 7), seconds(1_000, 2, 6)),
              List.of(300, 500, 700, 1_000, 1_500, 2_000, 3_000),
              seconds(200, 2, 6)),
          Duration.ofSeconds(12),
          Duration.ofSeconds(5),
          new ApplyPlan(60_000, 6_000, List.of(0, 50)),
          new FlowPlan(Duration.ofSeconds(360), List.of(20, 100, 200), Duration.ofSeconds(12)),
          new OperatePlan(2, 2));

  Size {
    questions = Set.copyOf(questions);
  }

  Size withRounds(int newRounds) {
    return new Size(
        questions,
        everything,
        brokerWarmUp,
        newRounds,
        newRounds,
        drains,
        drainVariants,
        tableDrain,
        large,
        lateness,
        writerWarmUp,
        writerMeasured,
        apply,
        flow,
        operate);
  }

  /** All rates in the rounds of variants, the highest rate in the last of them; then 200/s only. */
  LatenessPlan lateness(int round) {
    if (round > variantRounds) {
      return lateness.only(OFTEN_MEASURED);
    }
    return round == variantRounds ? lateness : lateness.withoutHighest();
  }

  private static BacklogSpec backlog(int events, int bytes) {
    String size = bytes < 1_024 ? bytes + " B" : bytes / 1_024 + " KB";
    return new BacklogSpec(events + " x " + size, events, bytes, 1, 1);
  }

  private static Step seconds(int rate, int warmUp, int measured) {
    return new Step(rate, Duration.ofSeconds(warmUp), Duration.ofSeconds(measured));
  }
}
