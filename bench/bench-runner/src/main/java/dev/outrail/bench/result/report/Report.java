package dev.outrail.bench.result.report;

import dev.outrail.bench.result.Results;
import dev.outrail.bench.result.RunFolder;
import dev.outrail.bench.result.RunFolder.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A Markdown file with all that a run has measured, and plots beside it. Made of the run's files
 * alone: nothing is left out, and the same files always make the same report.
 */
public final class Report {

  private static final String PLOTS = "results";

  private final List<Part> parts;
  private final Results results;
  private final Contenders contenders;
  private final Explanations explanations;

  private Report(List<Part> parts, Explanations explanations) {
    this.parts = parts;
    this.results = Results.of(parts.stream().map(Part::measurements).toList());
    this.contenders =
        new Contenders(parts.stream().flatMap(part -> part.info().contenders().stream()).toList());
    this.explanations = explanations;
  }

  /**
   * @param explanations the file that says why targets were missed; it need not be there
   * @throws IllegalStateException if the folder holds no run
   */
  public static Report of(RunFolder folder, Path explanations) {
    return new Report(folder.read(), Explanations.read(explanations));
  }

  /**
   * Writes the report, and its plots to the folder {@value #PLOTS} beside it. Files that are there
   * are replaced; the folder is created if need be. Where plots cannot be drawn, as on a machine
   * without fonts, the report says so.
   */
  public void write(Path file) {
    Path home = file.toAbsolutePath().normalize().resolveSibling("");
    try {
      Files.createDirectories(home.resolve(PLOTS));
      List<String> plots = Plots.of(results, contenders).write(home.resolve(PLOTS));
      Files.writeString(file, text(home, plots));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /**
   * @param home the folder of the report
   * @param plots a line for each
   */
  String text(Path home, List<String> plots) {
    return """
        # Results

        Written by `bench/run`; made again from its data by `bench/run --report <folder>`. Do not edit: what is to be said
        about a missed target goes to `explanations.md`. How it is measured: `bench/README.md`.

        Figures are medians over rounds, with the lowest and the highest round in parentheses; in brackets stands the
        middle half of the rounds, where there are at least five and it is much narrower. Counts of errors are sums over
        all rounds: **bold** is not 0, and a dash was not counted.
        """
        + noise()
        + new RunSection(parts, home).text()
        + new TargetsSection(Target.all(), results, contenders, explanations).text()
        + plots.stream().collect(Collectors.joining("\n", "\n## Plots\n\n", ""))
        + questions().stream()
            .map(question -> new Section(question, results, contenders).text())
            .collect(Collectors.joining())
        + "\n## Contenders\n\n"
        + contenders.list();
  }

  private String noise() {
    List<Noise> all = Noise.everywhere(results).stream().filter(Noise::judged).toList();
    List<Noise> loud = all.stream().filter(Noise::tooMuch).toList();
    if (all.isEmpty()) {
      return "\nHow noisy the machine was is not known: no contender ran twice for more than one round.\n";
    }
    String sum =
        "\nIn %d of %d comparisons of a contender with itself the medians agree within the spread.\n"
            .formatted(all.size() - loud.size(), all.size());
    return loud.isEmpty()
        ? sum
        : sum
            + loud.stream()
                .map(
                    n ->
                        "%s in `%s`".formatted(Metrics.title(n.key().metric()), n.key().scenario()))
                .collect(Collectors.joining(", ", "**Too noisy to be trusted**: ", ".\n"));
  }

  /** The planned ones that were measured, then all others. */
  private List<Question> questions() {
    List<Question> questions = new ArrayList<>(Question.planned());
    questions.removeIf(question -> !results.questions().contains(question.id()));
    List<String> known = questions.stream().map(Question::id).toList();
    results.questions().stream()
        .filter(id -> !known.contains(id))
        .map(Question::other)
        .forEach(questions::add);
    return questions;
  }
}
