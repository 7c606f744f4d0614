package dev.outrail.bench.result.report;

import dev.outrail.bench.contender.Description;
import dev.outrail.bench.result.FigureKey;
import dev.outrail.bench.result.Figures;
import dev.outrail.bench.result.Results;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A backlog is read to its end, without an error, in a heap of at most so many MB. The heap is the
 * {@code -Xmx…m} among the contender's settings.
 *
 * @param key the metric that says whether the end was reached
 */
record SmallHeap(String what, FigureKey key, int mostMb) implements Condition {

  private static final Pattern HEAP = Pattern.compile("-?Xmx(\\d+)m");

  @Override
  public String goal() {
    return "≤ " + mostMb + " MB";
  }

  @Override
  public Outcome judge(Results results, Contenders contenders) {
    OptionalInt heap =
        contenders.descriptions(key.contender()).stream()
            .map(SmallHeap::heap)
            .flatMapToInt(OptionalInt::stream)
            .max();
    Optional<Figures> complete = results.find(key);
    if (complete.isEmpty()) {
      return Outcome.notMeasured("lacks %s in `%s`".formatted(key.contender(), key.scenario()));
    }
    if (heap.isEmpty()) {
      return Outcome.notMeasured("no -Xmx…m among the settings of " + key.contender());
    }
    boolean end = complete.get().min() == 1;
    boolean wrong = Correctness.EVENTS.wrong(results, key);
    String remark =
        (end ? "" : "not to the end; ")
            + Correctness.EVENTS.title()
            + " "
            + Correctness.EVENTS.text(results, key);
    return new Outcome(
        end && !wrong && heap.getAsInt() <= mostMb ? Verdict.MET : Verdict.MISSED,
        heap.getAsInt() + " MB",
        Grid.NOTHING,
        Grid.NOTHING,
        remark);
  }

  private static OptionalInt heap(Description description) {
    return description.settings().entrySet().stream()
        .map(setting -> HEAP.matcher(setting.getKey() + " " + setting.getValue()))
        .filter(Matcher::find)
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .max();
  }
}
