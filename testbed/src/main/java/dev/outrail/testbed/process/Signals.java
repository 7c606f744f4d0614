package dev.outrail.testbed.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Signals that {@link Process} has no method for, and commands that the terminal's Ctrl-C does not
 * reach.
 */
final class Signals {

  private Signals() {}

  static void pause(Process process) {
    send("STOP", process);
  }

  static void resume(Process process) {
    send("CONT", process);
  }

  /** For a process that may end at any moment. */
  static void resumeIfAlive(Process process) {
    try {
      send("CONT", process);
    } catch (IllegalStateException e) {
      if (process.isAlive()) {
        throw e;
      }
    }
  }

  /**
   * The command, started so that it ignores these signals; the process keeps its pid (exec).
   * Ctrl-C, for one, goes to every process of the terminal's group at once, but children are to be
   * ended by their owner, in its order.
   */
  static List<String> ignoring(String signals, List<String> command) {
    var shielded =
        new ArrayList<>(List.of("/bin/sh", "-c", "trap '' " + signals + "; exec \"$0\" \"$@\""));
    shielded.addAll(command);
    return List.copyOf(shielded);
  }

  private static void send(String signal, Process process) {
    var command = List.of("/bin/sh", "-c", "kill -s " + signal + " " + process.pid());
    try {
      Process kill = new ProcessBuilder(command).redirectErrorStream(true).start();
      var output = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (kill.waitFor() != 0) {
        throw new IllegalStateException(
            "SIG%s to process %d failed: %s".formatted(signal, process.pid(), output.strip()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("No shell to send SIG" + signal + " with", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while sending SIG" + signal, e);
    }
  }
}
