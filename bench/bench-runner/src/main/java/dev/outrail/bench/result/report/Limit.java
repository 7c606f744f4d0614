package dev.outrail.bench.result.report;

import dev.outrail.bench.result.FigureKey;
import dev.outrail.bench.result.Figures;
import dev.outrail.bench.result.Results;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A figure of ours alone, that is to stay below a bound; errors count as in {@link Compared}. */
record Limit(String what, FigureKey key, Goal target) implements Condition {

  @Override
  public String goal() {
    return target.text();
  }

  @Override
  public Outcome judge(Results results, Contenders contenders) {
    Optional<Figures> found = results.find(key);
    if (found.isEmpty()) {
      return Outcome.notMeasured("lacks %s in `%s`".formatted(key.contender(), key.scenario()));
    }
    Figures figures = found.get();
    Correctness correctness = Correctness.of(key.metric());
    boolean wrong = correctness.wrong(results, key);
    List<String> remarks = new ArrayList<>();
    if (wrong) {
      remarks.add(correctness.title() + " " + correctness.text(results, key));
    }
    if (Noise.find(results, key).map(Noise::tooMuch).orElse(false)) {
      remarks.add("too noisy");
    }
    return new Outcome(
        !wrong && target.holds(figures.median()) ? Verdict.MET : Verdict.MISSED,
        Numbers.text(figures.median()),
        Numbers.range(figures.min(), figures.max()),
        Grid.NOTHING,
        String.join("; ", remarks));
  }
}
