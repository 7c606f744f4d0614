package dev.outrail.bench.result.report;

import dev.outrail.bench.result.FigureKey;
import dev.outrail.bench.result.Figures;
import dev.outrail.bench.result.Results;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A figure of one contender alone, that is to stay below a bound; where several tell it, the
 * highest of their medians. Errors and a twin count as in {@link Compared}.
 *
 * @param lacking what is said to be lacking if there is none
 */
record Limit(String what, Predicate<FigureKey> which, String lacking, Goal target)
    implements Condition {

  @Override
  public String goal() {
    return target.text();
  }

  @Override
  public Outcome judge(Results results, Contenders contenders) {
    Optional<FigureKey> highest =
        results.keys().stream()
            .filter(which)
            .max(Comparator.comparing(key -> results.find(key).orElseThrow().median()));
    return highest
        .map(key -> judge(results, key, results.find(key).orElseThrow()))
        .orElseGet(() -> Outcome.notMeasured("lacks " + lacking));
  }

  private Outcome judge(Results results, FigureKey key, Figures figures) {
    Correctness correctness = Correctness.of(key.metric());
    boolean wrong = correctness.wrong(results, key);
    List<String> remarks = new ArrayList<>();
    if (wrong) {
      remarks.add(correctness.title() + " " + correctness.text(results, key));
    }
    if (Noise.find(results, key).map(Noise::tooMuch).orElse(false)) {
      remarks.add("too noisy");
    }
    boolean holds = target.holds(figures.median());
    Optional<Double> twin = results.find(Noise.twinOf(key)).map(Figures::median);
    boolean twinHolds = twin.map(target::holds).orElse(true);
    twin.filter(median -> target.holds(median) != holds)
        .ifPresent(median -> remarks.add("its twin: " + Numbers.text(median)));
    return new Outcome(
        !wrong && holds && twinHolds ? Verdict.MET : Verdict.MISSED,
        Numbers.text(figures.median()),
        Numbers.range(figures.min(), figures.max()),
        Grid.NOTHING,
        String.join("; ", remarks));
  }
}
