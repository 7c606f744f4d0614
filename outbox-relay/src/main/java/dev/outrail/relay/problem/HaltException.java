package dev.outrail.relay.problem;

import org.jspecify.annotations.Nullable;

/**
 * Going on would lose, repeat or falsify an event, or cannot succeed, until a person decides.
 * Nothing was published or recorded past the point of the problem.
 */
public final class HaltException extends RuntimeException {

  /** Where the reason lies, and so whether another relay of the name could go on. */
  public enum Scope {
    /** In the data or the servers: every relay would halt, so the halted one keeps the lease. */
    DATA,
    /** In this process, its release or its settings: it gives the lease away. */
    PROCESS
  }

  private final transient Problem problem;
  private final Scope scope;

  public HaltException(String what, String remedy) {
    this(what, remedy, null);
  }

  public HaltException(Problem problem) {
    this(problem.what(), problem.remedy());
  }

  public HaltException(String what, String remedy, @Nullable Throwable cause) {
    this(Scope.DATA, what, remedy, cause);
  }

  private HaltException(Scope scope, String what, String remedy, @Nullable Throwable cause) {
    super(what + " Remedy: " + remedy, cause);
    this.problem = new Problem(what, remedy);
    this.scope = scope;
  }

  /** For a reason of this process alone: another release, or other settings, could go on. */
  public static HaltException ofThisProcess(String what, String remedy, @Nullable Throwable cause) {
    return new HaltException(Scope.PROCESS, what, remedy, cause);
  }

  public Scope scope() {
    return scope;
  }

  public Problem problem() {
    return problem;
  }
}
