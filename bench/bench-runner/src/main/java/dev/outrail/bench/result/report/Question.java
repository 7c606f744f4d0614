package dev.outrail.bench.result.report;

import dev.outrail.bench.result.report.View.Column;
import dev.outrail.bench.result.report.View.Ratio;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the answer to a question is shown.
 *
 * @param id as in the raw data
 * @param text what it asks, and what the words in its tables mean
 * @param joined all scenarios in one table, rather than a table for each
 * @param overviews metrics that are shown over all scenarios first
 */
record Question(
    String id,
    String title,
    String text,
    boolean joined,
    List<Column> overviews,
    List<View> views) {

  private static final String OURS = "outrail";

  private static final Question DRAIN =
      new Question(
          "drain",
          "Drain",
          """
          A backlog waits, nobody writes. How fast does it get to the topic, from the first event to the last, and at what
          cost? CPU is that of the contender's processes, their start included, and apart from it that of mysqld. Who was
          not done in time was cut off: "to the end" says so. "Ours ÷ this" is of rates.""",
          false,
          List.of(
              new Column("rate_per_s", "Events/s by backlog"),
              new Column("cpu_s_per_million", "CPU seconds per million events by backlog")),
          List.of(
              View.of(
                      "",
                      List.of(
                          new Column("rate_per_s", "events/s"),
                          new Column("cpu_s_per_million", "CPU s per million"),
                          new Column("mysqld_cpu_s_per_million", "mysqld CPU s per million"),
                          new Column("peak_rss_mb", "peak RSS, MB"),
                          new Column("seconds_s", "seconds"),
                          new Column("drained_events", "events"),
                          new Column("complete_bool", "to the end")),
                      Correctness.EVENTS)
                  .with(new Ratio("ours ÷ this", "rate_per_s", OURS, true))));

  private static final Question LATENESS =
      new Question(
          "lateness",
          "Lateness",
          """
          Payments come at a fixed rate, whether earlier ones are done or not. "Visible" is the time from the commit's
          return to the arrival at a `read_committed` reader. "Since due" begins when the payment was to be made, so a
          writer that was held up counts. "Effect" ends when the consumer's own transaction is committed. Where the library
          publishes in the application, the carrier is the application.""",
          false,
          List.of(
              new Column("visible_p50_ms", "Commit → visible, p50, ms, by rate"),
              new Column("visible_p99_ms", "Commit → visible, p99, ms, by rate"),
              new Column("effect_p99_ms", "Commit → effect, p99, ms, by rate")),
          List.of(
              View.of("Commit → visible", percentiles("visible"), Correctness.EVENTS)
                  .with(
                      new Ratio("p50 ÷ ours", "visible_p50_ms", OURS, false),
                      new Ratio("p99 ÷ ours", "visible_p99_ms", OURS, false)),
              View.of("Due → visible", percentiles("sincedue"), Correctness.EVENTS),
              View.of("Commit → effect", percentiles("effect"), Correctness.EFFECTS)
                  .with(new Ratio("p99 ÷ ours", "effect_p99_ms", OURS, false)),
              View.of(
                  "Load and its cost",
                  List.of(
                      new Column("achieved_per_s", "payments/s made"),
                      new Column("carrier_cpu_pct", "carrier's CPU, % of a core"),
                      new Column("mysqld_cpu_pct", "mysqld's CPU, % of a core"),
                      new Column("machine_cpu_pct", "CPU of all processes, % of a core"),
                      new Column("carrier_rss_mb", "carrier's RSS, MB"))),
              View.of(
                  "Highest rate that is kept up",
                  List.of(new Column("sustainable_per_s", "payments/s")),
                  Correctness.EVENTS)));

  private static final Question FLOW =
      new Question(
          "flow",
          "The whole flow",
          "From the REST call to the sold stock: two hops through outbox, relay and inbox, with all applications.",
          false,
          List.of(),
          List.of(
              View.of(
                  "REST call → stock sold",
                  percentiles("total"),
                  Correctness.EVENTS,
                  Correctness.EFFECTS),
              View.of("REST call → its answer", percentiles("answered"))));

  private static final Question WRITER =
      new Question(
          "writer",
          "What it costs the writer",
          """
          The same payment, with and without events. CPU is in percent of one core; "idle" means that nobody pays.""",
          false,
          List.of(),
          List.of(
              View.of(
                      "",
                      List.of(
                          new Column("payments_per_s", "payments/s"),
                          new Column("statements_per_payment", "statements per payment"),
                          new Column("binlog_bytes_per_payment", "binlog bytes per payment")),
                      Correctness.EVENTS)
                  .with(new Ratio("÷ no outbox", "payments_per_s", "no-outbox", false)),
              View.of(
                  "",
                  List.of(
                      new Column("mysqld_cpu_pct", "mysqld's CPU, %"),
                      new Column("carrier_cpu_pct", "carrier's CPU, %")))));

  private static final Question APPLY =
      new Question(
          "apply",
          "Apply",
          "Messages wait in the topic. How fast do their effects get into the consumer's database?",
          true,
          List.of(),
          List.of(
              View.of(
                  "",
                  List.of(
                      new Column("effects_per_s", "effects/s"),
                      new Column("cpu_s_per_million", "CPU s per million"),
                      new Column("mysqld_cpu_s_per_million", "mysqld CPU s per million")),
                  Correctness.EVENTS,
                  Correctness.EFFECTS)));

  private static final Question IDLE =
      new Question(
          "idle",
          "Idle, start and takeover",
          "What a carrier costs while nobody pays, how soon it works, and how long nothing arrives when one is killed.",
          true,
          List.of(),
          List.of(
              View.of(
                  "",
                  List.of(
                      new Column("idle_cpu_pct", "CPU, % of a core"),
                      new Column("idle_mysqld_cpu_pct", "mysqld's CPU, % of a core"),
                      new Column("idle_rss_mb", "RSS, MB"),
                      new Column("start_to_first_event_s", "start → first event, s"),
                      new Column("takeover_gap_ms", "gap at a takeover, ms"),
                      new Column("takeover_gap_longest_ms", "longest"),
                      new Column("restart_gap_ms", "gap at a restart, ms"),
                      new Column("restart_gap_longest_ms", "longest")),
                  Correctness.EVENTS)));

  Question {
    overviews = List.copyOf(overviews);
    views = List.copyOf(views);
  }

  /** Those that are planned, in the order of the report. */
  static List<Question> planned() {
    return List.of(DRAIN, LATENESS, FLOW, WRITER, APPLY, IDLE);
  }

  /** One that nobody has planned for: all that was measured, as it is named. */
  static Question other(String id) {
    return new Question(id, id, "", false, List.of(), List.of());
  }

  private static List<Column> percentiles(String prefix) {
    return Stream.of("p50", "p95", "p99", "max")
        .map(p -> new Column(prefix + "_" + p + "_ms", p + ", ms"))
        .toList();
  }
}
