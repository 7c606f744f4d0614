package dev.outrail.bench.result.report;

import dev.outrail.bench.result.FigureKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the project wants to reach.
 *
 * @param id names it in {@code explanations.md}
 */
record Target(String id, List<Condition> conditions) {

  private static final String OURS = "outrail";
  private static final String BACKLOG = "300000 x 256 B";
  private static final List<String> OTHER_LOG_READERS =
      List.of("engine-idempotent", "connect-at-least-once", "connect-exactly-once");
  private static final List<String> POLLERS =
      List.of("poller-1s", "poller-50ms", "namastack", "namastack-micros");
  private static final List<String> LIBRARIES =
      List.of("namastack", "modulith", "transaction-outbox");

  Target {
    conditions = List.copyOf(conditions);
  }

  /** All of them. */
  static List<Target> all() {
    return List.of(
        drain("drain-vs-connect-alo", "connect-at-least-once", Goal.atLeast("2", 2)),
        drain("drain-vs-connect-eos", "connect-exactly-once", Goal.atLeast("2", 2)),
        drain("drain-vs-noop", "engine-noop", Goal.atLeast("0.95", 0.95)),
        drain("drain-vs-raw", "raw-binlog", Goal.atLeast("0.25", 0.25)),
        drain("eos-vs-own-alo", "outrail-at-least-once", Goal.atLeast("0.95", 0.95)),
        visible("p50"),
        visible("p99"),
        new Target(
            "visible-rates",
            Stream.of("1000/s", "20/s")
                .map(
                    rate ->
                        compared(
                            "commit → visible, p99: %s ÷ 200/s".formatted(rate),
                            lateness(rate, OURS, "visible_p99_ms"),
                            List.of(lateness("200/s", OURS, "visible_p99_ms")),
                            Goal.atMost("3", 3)))
                .toList()),
        new Target(
            "idle-cpu",
            List.of(
                new Limit(
                    "CPU of the idle relay, % of a core",
                    Target::idleCpu, OURS + " while idle", Goal.atMost("5 %", 5)))),
        new Target(
            "effect-200-p99",
            LIBRARIES.stream()
                .map(
                    library ->
                        compared(
                            "commit → effect at 200/s, p99: ours ÷ " + library,
                            lateness("200/s", OURS, "effect_p99_ms"),
                            List.of(lateness("200/s", library, "effect_p99_ms")),
                            Goal.atMost("⅓", 1 / 3.0)))
                .toList()),
        new Target(
            "flow-100-p99",
            List.of(
                flow("the shop's REST call", "100/s"),
                flow("the provider's notice, a REST call too", "notice, 100/s"))),
        one(
            "writer-ratio",
            "payments/s, append alone: ours ÷ no outbox",
            new FigureKey("writer", "closed loop, 4 writers", OURS, "payments_per_s"),
            new FigureKey("writer", "closed loop, 4 writers", "no-outbox", "payments_per_s"),
            Goal.atLeast("0.9", 0.9)),
        one(
            "apply-batch",
            "effects/s without redeliveries: batch ÷ one at a time",
            new FigureKey("apply", "batch, 0 % redelivered", OURS, "effects_per_s"),
            new FigureKey("apply", "single, 0 % redelivered", OURS, "effects_per_s"),
            Goal.atLeast("5", 5)),
        new Target(
            "heap-3m",
            List.of(
                new SmallHeap(
                    "the relay's heap for a backlog of 3 000 000, read to its end without an error",
                    new FigureKey("drain", "3000000 x 256 B", OURS, "complete_bool"),
                    256))));
  }

  private static Target drain(String id, String rival, Goal goal) {
    FigureKey ours = new FigureKey("drain", BACKLOG, OURS, "rate_per_s");
    return one(
        id, "drain, events/s: ours ÷ %s".formatted(rival), ours, ours.ofContender(rival), goal);
  }

  private static Target visible(String percentile) {
    String metric = "visible_" + percentile + "_ms";
    String what = "commit → visible at 200/s, " + percentile + ": ours ÷ best of ";
    FigureKey ours = lateness("200/s", OURS, metric);
    List<Condition> conditions = new ArrayList<>();
    conditions.add(
        compared(
            what + String.join(", ", OTHER_LOG_READERS),
            ours,
            OTHER_LOG_READERS.stream().map(ours::ofContender).toList(),
            Goal.atMost("½", 0.5)));
    conditions.add(
        compared(
            what + String.join(", ", POLLERS),
            ours,
            POLLERS.stream().map(ours::ofContender).toList(),
            Goal.atMost("1/10", 0.1)));
    return new Target("visible-200-" + percentile, conditions);
  }

  private static Condition flow(String start, String scenario) {
    return new Limit(
        start + " → stock sold at 100/s, p99, ms",
        new FigureKey("flow", scenario, OURS, "total_p99_ms")::equals,
        "%s in `%s`".formatted(OURS, scenario),
        Goal.atMost("150 ms", 150));
  }

  /** More than one question leaves the relay alone for a while. */
  private static boolean idleCpu(FigureKey key) {
    boolean idle =
        key.metric().equals("idle_cpu_pct")
            || (key.scenario().equals("idle") && key.metric().equals("carrier_cpu_pct"));
    return idle && key.contender().equals(OURS);
  }

  private static FigureKey lateness(String rate, String contender, String metric) {
    return new FigureKey("lateness", rate, contender, metric);
  }

  private static Target one(String id, String what, FigureKey ours, FigureKey rival, Goal goal) {
    return new Target(id, List.of(compared(what, ours, List.of(rival), goal)));
  }

  private static Condition compared(
      String what, FigureKey ours, List<FigureKey> rivals, Goal goal) {
    return new Compared(what, ours, rivals, goal);
  }
}
