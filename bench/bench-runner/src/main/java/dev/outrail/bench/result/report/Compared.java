package dev.outrail.bench.result.report;

import dev.outrail.bench.result.FigureKey;
import dev.outrail.bench.result.Figures;
import dev.outrail.bench.result.Results;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Our figure divided by that of a rival; where there are several, by that of the one with the
 * lowest median, and only if all of them were measured. Where ours loses, repeats or reorders
 * anything, or does not reach the rate that is asked for, no ratio counts; nor does one that our
 * twin does not reach.
 */
record Compared(String what, FigureKey ours, List<FigureKey> rivals, Goal target)
    implements Condition {

  private static final Pattern RATE = Pattern.compile("(\\d+)/s");
  private static final double REACHED = 0.95;

  Compared {
    rivals = List.copyOf(rivals);
  }

  @Override
  public String goal() {
    return target.text();
  }

  @Override
  public Outcome judge(Results results, Contenders contenders) {
    List<FigureKey> all = new ArrayList<>(List.of(ours));
    all.addAll(rivals);
    List<FigureKey> lacking = all.stream().filter(key -> results.find(key).isEmpty()).toList();
    if (!lacking.isEmpty()) {
      return Outcome.notMeasured(
          lacking.stream()
              .map(key -> key.contender() + " in `" + key.scenario() + "`")
              .distinct()
              .collect(Collectors.joining(", ", "lacks ", "")));
    }
    FigureKey rival =
        Collections.min(rivals, Comparator.comparing(key -> get(results, key).median()));
    Figures one = get(results, ours);
    Figures other = get(results, rival);
    double ratio = one.median() / other.median();
    List<Double> perRound = one.ratiosTo(other);
    Correctness correctness = Correctness.of(ours.metric());
    boolean wrong =
        correctness.wrong(results, ours) || cutOff(results, ours) || tooSlow(results, ours);
    Optional<Double> twin = ratioOfTwin(results, rival);
    boolean twinHolds = twin.map(target::holds).orElse(true);
    return new Outcome(
        !wrong && target.holds(ratio) && twinHolds ? Verdict.MET : Verdict.MISSED,
        Numbers.text(ratio),
        perRound.isEmpty()
            ? Grid.NOTHING
            : Numbers.range(Collections.min(perRound), Collections.max(perRound)),
        "%s / %s%s"
            .formatted(
                Numbers.text(one.median()),
                Numbers.text(other.median()),
                rivals.size() > 1 ? " (" + contenders.title(rival.contender()) + ")" : ""),
        remark(
            results, rival, correctness, twin.filter(t -> target.holds(t) != target.holds(ratio))));
  }

  /** Who is compared with itself under other circumstances has a twin there, too. */
  private Optional<Double> ratioOfTwin(Results results, FigureKey rival) {
    FigureKey twinsRival = rival.contender().equals(ours.contender()) ? Noise.twinOf(rival) : rival;
    return results
        .find(Noise.twinOf(ours))
        .flatMap(twin -> results.find(twinsRival).map(other -> twin.median() / other.median()));
  }

  private String remark(
      Results results, FigureKey rival, Correctness correctness, Optional<Double> otherwise) {
    List<String> remarks = new ArrayList<>();
    otherwise.ifPresent(twin -> remarks.add("its twin: " + Numbers.text(twin)));
    if (correctness.wrong(results, ours)) {
      remarks.add("ours: " + correctness.title() + " " + correctness.text(results, ours));
    }
    if (correctness.wrong(results, rival)) {
      remarks.add("the other: " + correctness.title() + " " + correctness.text(results, rival));
    }
    if (cutOff(results, ours)) {
      remarks.add("ours: not to the end");
    }
    if (cutOff(results, rival)) {
      remarks.add("the other: not to the end");
    }
    for (FigureKey key : List.of(ours, rival)) {
      if (tooSlow(results, key)) {
        remarks.add(
            "%s: %s payments/s were made instead of %s"
                .formatted(key.contender(), Numbers.text(made(results, key)), key.scenario()));
      }
    }
    if (Noise.find(results, ours).map(Noise::tooMuch).orElse(false)) {
      remarks.add("too noisy");
    }
    return String.join("; ", remarks);
  }

  /** Whether a backlog was not read to its end: what is not there may be lost. */
  private static boolean cutOff(Results results, FigureKey key) {
    return results.find(key.ofMetric("complete_bool")).map(end -> end.min() < 1).orElse(false);
  }

  /** Whether fewer payments were made than the rate that the scenario is named after. */
  private static boolean tooSlow(Results results, FigureKey key) {
    Matcher rate = RATE.matcher(key.scenario());
    return rate.matches() && made(results, key) < REACHED * Integer.parseInt(rate.group(1));
  }

  /** Payments a second; as many as wanted, where that was not measured. */
  private static double made(Results results, FigureKey key) {
    return results
        .find(key.ofMetric("achieved_per_s"))
        .map(Figures::median)
        .orElse(Double.MAX_VALUE);
  }

  private static Figures get(Results results, FigureKey key) {
    return results.find(key).orElseThrow();
  }
}
