package dev.outrail.testbed.process;

import java.util.List;

/** What is to be done once this JVM is gone, even when it was killed. Thread-safe. */
public final class EndOfJvm {

  private EndOfJvm() {}

  /**
   * Runs a command then, in the environment that this JVM has now; its outcome is seen by nobody.
   *
   * @param command without tabs and line breaks
   */
  public static void run(List<String> command) {
    Watchdog.get().runAtEnd(command);
  }
}
