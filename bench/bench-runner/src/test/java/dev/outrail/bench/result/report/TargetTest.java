package dev.outrail.bench.result.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.bench.contender.Description;
import dev.outrail.bench.contender.Guarantee;
import dev.outrail.bench.result.Measured;
import dev.outrail.bench.result.report.Condition.Outcome;
import dev.outrail.bench.result.report.Condition.Verdict;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TargetTest {

  private static final String BACKLOG = "300000 x 256 B";
  private static final String HUGE = "3000000 x 256 B";

  private final Measured measured = new Measured();

  @Test
  void aRatioOfMediansThatReachesItsGoalIsMet() {
    rate("outrail", 100, 90, 110).rate("connect-at-least-once", 50, 40, 60);

    Outcome outcome = only("drain-vs-connect-alo");

    assertThat(outcome).isEqualTo(new Outcome(Verdict.MET, "2.00", "1.83–2.25", "100 / 50.0", ""));
  }

  @Test
  void aRatioBelowItsGoalIsMissed() {
    rate("outrail", 99).rate("connect-at-least-once", 50);

    assertThat(only("drain-vs-connect-alo").verdict()).isEqualTo(Verdict.MISSED);
  }

  @Test
  void withoutTheRivalNothingIsClaimed() {
    rate("outrail", 100);

    Outcome outcome = only("drain-vs-raw");

    assertThat(outcome.verdict()).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(outcome.remark()).isEqualTo("lacks raw-binlog in `300000 x 256 B`");
  }

  @Test
  void noRatioMakesUpForALostEvent() {
    rate("outrail", 100).rate("engine-noop", 50);
    measured.errors("drain", BACKLOG, "outrail", 1, 0, 0);

    Outcome outcome = only("drain-vs-noop");

    assertThat(outcome.verdict()).isEqualTo(Verdict.MISSED);
    assertThat(outcome.remark()).contains("ours").contains("**1 / 0 / 0**");
  }

  @Test
  void theOthersErrorsAreSaidBesideTheRatio() {
    rate("outrail", 100).rate("connect-at-least-once", 50);
    measured.errors("drain", BACKLOG, "connect-at-least-once", 0, 3, 0);

    Outcome outcome = only("drain-vs-connect-alo");

    assertThat(outcome.verdict()).isEqualTo(Verdict.MET);
    assertThat(outcome.remark()).contains("the other").contains("**0 / 3 / 0**");
  }

  @Test
  void noRatioMakesUpForABacklogThatWasNotReadToItsEnd() {
    rate("outrail", 100, 100).rate("connect-at-least-once", 50, 50);
    measured.add("drain", BACKLOG, "outrail", "complete_bool", 1, 0);

    assertThat(only("drain-vs-connect-alo").verdict()).isEqualTo(Verdict.MISSED);
    assertThat(only("drain-vs-connect-alo").remark()).isEqualTo("ours: not to the end");
  }

  @Test
  void noRatioMakesUpForARateThatWasNotReached() {
    for (String rate : List.of("20/s", "200/s", "1000/s")) {
      measured.add("lateness", rate, "outrail", "visible_p99_ms", 10);
    }
    measured.add("lateness", "1000/s", "outrail", "achieved_per_s", 940);
    measured.add("lateness", "20/s", "outrail", "achieved_per_s", 19.9);

    List<Outcome> outcomes = outcomes("visible-rates");

    assertThat(outcomes.get(0).verdict()).isEqualTo(Verdict.MISSED);
    assertThat(outcomes.get(0).remark()).contains("940 payments/s", "1000/s");
    assertThat(outcomes.get(1).verdict()).isEqualTo(Verdict.MET);
    assertThat(outcomes.get(1).remark()).isEmpty();
  }

  @Test
  void aNoisyFigureIsSaidBesideTheRatio() {
    rate("outrail", 100, 100).rate("outrail-again", 120, 120).rate("connect-at-least-once", 50, 50);

    assertThat(only("drain-vs-connect-alo").remark()).isEqualTo("too noisy");
  }

  @Test
  void whatTheTwinDoesNotReachIsNotMet() {
    rate("outrail", 100).rate("outrail-again", 90).rate("connect-at-least-once", 50);
    measured.add("idle", "idle", "outrail", "idle_cpu_pct", 3);
    measured.add("idle", "idle", "outrail-again", "idle_cpu_pct", 7);

    assertThat(only("drain-vs-connect-alo").verdict()).isEqualTo(Verdict.MISSED);
    assertThat(only("drain-vs-connect-alo").remark()).isEqualTo("its twin: 1.80");
    assertThat(only("idle-cpu").verdict()).isEqualTo(Verdict.MISSED);
    assertThat(only("idle-cpu").remark()).isEqualTo("its twin: 7.00");
  }

  @Test
  void aTwinThatReachesItMakesNoMissGood() {
    rate("outrail", 90).rate("outrail-again", 100).rate("connect-at-least-once", 50);

    assertThat(only("drain-vs-connect-alo").verdict()).isEqualTo(Verdict.MISSED);
    assertThat(only("drain-vs-connect-alo").remark()).isEqualTo("its twin: 2.00");
  }

  @Test
  void theBestRivalCounts() {
    lateness("outrail", 2);
    lateness("engine-idempotent", 4.5);
    lateness("connect-at-least-once", 3);
    lateness("connect-exactly-once", 9);
    lateness("poller-1s", 500);
    lateness("poller-50ms", 20);
    lateness("namastack", 15);
    lateness("namastack-micros", 19);

    List<Outcome> outcomes = outcomes("visible-200-p50");

    assertThat(outcomes).extracting(Outcome::verdict).containsOnly(Verdict.MISSED);
    assertThat(outcomes)
        .extracting(Outcome::figures)
        .containsExactly("2.00 / 3.00 (connect-at-least-once)", "2.00 / 15.0 (namastack)");
  }

  @Test
  void theBestOfSomeIsNotTheBestOfAll() {
    lateness("outrail", 2);
    lateness("engine-idempotent", 40);

    Outcome outcome = outcomes("visible-200-p50").get(0);

    assertThat(outcome.verdict()).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(outcome.remark()).contains("connect-at-least-once").contains("connect-exactly-once");
  }

  @Test
  void aLimitIsComparedWithTheFigureItself() {
    measured.add("flow", "100/s", "outrail", "total_p99_ms", 140, 149, 170);

    assertThat(outcomes("flow-100-p99").get(0))
        .isEqualTo(new Outcome(Verdict.MET, "149", "140–170", "–", ""));
  }

  @Test
  void theHighestFigureOfAnIdleRelayCounts() {
    measured.add("lateness", "idle", "outrail", "carrier_cpu_pct", 3);
    measured.add("lateness", "idle", "namastack", "carrier_cpu_pct", 30);
    measured.add("lateness", "200/s", "outrail", "carrier_cpu_pct", 40);
    measured.add("operate", "idle", "outrail", "idle_cpu_pct", 6);

    assertThat(only("idle-cpu"))
        .isEqualTo(new Outcome(Verdict.MISSED, "6.00", "6.00–6.00", "–", ""));
  }

  @Test
  void theBatchIsComparedWithOneAtATime() {
    measured.add("apply", "batch, 0 % redelivered", "outrail", "effects_per_s", 6_000);
    measured.add("apply", "single, 0 % redelivered", "outrail", "effects_per_s", 1_000);

    assertThat(only("apply-batch").verdict()).isEqualTo(Verdict.MET);
    assertThat(only("apply-batch").measured()).isEqualTo("6.00");
  }

  @Test
  void aLargeBacklogInASmallHeapIsMetOnlyIfItWasReadToItsEndWithoutAnError() {
    measured.add("drain", HUGE, "outrail", "complete_bool", 1, 1);

    assertThat(only("heap-3m", "-Xmx256m").verdict()).isEqualTo(Verdict.MET);
    assertThat(only("heap-3m", "-Xmx512m").verdict()).isEqualTo(Verdict.MISSED);
    assertThat(only("heap-3m").verdict()).isEqualTo(Verdict.NOT_MEASURED);

    measured.errors("drain", HUGE, "outrail", 0, 0, 1);
    assertThat(only("heap-3m", "-Xmx256m").verdict()).isEqualTo(Verdict.MISSED);
  }

  @Test
  void aBacklogThatWasNotReadToItsEndNeedsMoreHeapForAllWeKnow() {
    measured.add("drain", HUGE, "outrail", "complete_bool", 1, 0);

    assertThat(only("heap-3m", "-Xmx256m").verdict()).isEqualTo(Verdict.MISSED);
  }

  private TargetTest rate(String contender, double... rounds) {
    measured.add("drain", BACKLOG, contender, "rate_per_s", rounds);
    return this;
  }

  private void lateness(String contender, double p50) {
    measured.add("lateness", "200/s", contender, "visible_p50_ms", p50);
  }

  private Outcome only(String target, String... jvmArgs) {
    List<Outcome> outcomes = outcomes(target, jvmArgs);
    assertThat(outcomes).hasSize(1);
    return outcomes.get(0);
  }

  private List<Outcome> outcomes(String target, String... jvmArgs) {
    Description ours =
        new Description(
            "outrail",
            "Outrail",
            Guarantee.EXACTLY_ONCE,
            "0.1",
            new TreeMap<>(jvmArgs.length == 0 ? Map.of() : Map.of("JVM", jvmArgs[0])));
    Target found =
        Target.all().stream().filter(one -> one.id().equals(target)).findFirst().orElseThrow();
    return found.conditions().stream()
        .map(condition -> condition.judge(measured.results(), new Contenders(List.of(ours))))
        .toList();
  }
}
