package dev.outrail.relay.problem;

import org.jspecify.annotations.Nullable;

/**
 * Going on would lose, repeat or falsify an event, or cannot succeed, until a person decides.
 * Nothing was published or recorded past the point of the problem.
 */
public final class HaltException extends RuntimeException {

  private final transient Problem problem;

  public HaltException(String what, String remedy) {
    this(what, remedy, null);
  }

  public HaltException(String what, String remedy, @Nullable Throwable cause) {
    super(what + " Remedy: " + remedy, cause);
    this.problem = new Problem(what, remedy);
  }

  public Problem problem() {
    return problem;
  }
}
