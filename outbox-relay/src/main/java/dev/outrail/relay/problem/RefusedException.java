package dev.outrail.relay.problem;

import java.util.List;
import java.util.stream.Collectors;

/** The relay will not start like this; all problems found are listed, not only the first. */
public final class RefusedException extends RuntimeException {

  private final transient List<Problem> problems;
  private final ExitCode exitCode;

  public RefusedException(List<Problem> problems) {
    this(ExitCode.REFUSED, problems);
  }

  /**
   * @param exitCode how the process ends
   */
  public RefusedException(ExitCode exitCode, List<Problem> problems) {
    super(
        problems.stream()
            .map(Problem::toString)
            .collect(Collectors.joining(System.lineSeparator())));
    this.problems = List.copyOf(problems);
    this.exitCode = exitCode;
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  public List<Problem> problems() {
    return problems;
  }
}
