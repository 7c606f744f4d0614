package dev.outrail.relay.check;

import dev.outrail.relay.problem.Problem;

/**
 * A check that is not content.
 *
 * @param problem what was found, with its values, and the remedy with the names of this place
 */
public record Finding(Check check, Problem problem) {

  @Override
  public String toString() {
    return problem.toString();
  }
}
