package dev.outrail.testbed.process;

/**
 * A real server in a process (or container) of its own. Thread-safe; each method returns when its
 * effect is there.
 *
 * <p>Whatever way the server went down, {@link #start()} brings it back on the same data and the
 * same port.
 */
public interface Server {

  /**
   * Starts the server and returns once it accepts work; does nothing when it is running already.
   */
  void start();

  /**
   * Ends the server the orderly way (SIGTERM) and returns once it is gone; does nothing when it
   * isn't running.
   */
  void stop();

  /** Ends the server at once (SIGKILL), as a crash would; does nothing when it isn't running. */
  void kill();

  /**
   * Freezes the server (SIGSTOP): connections stay open, nothing is answered, until {@link
   * #resume()}.
   */
  void pause();

  /** Lets a paused server go on (SIGCONT); does nothing when it isn't paused. */
  void resume();

  /**
   * Ends the server at once and forgets its data, so that it can't be started again. Files in its
   * folder may stay.
   */
  void discard();

  /** Whether the server's process is there; a paused server counts as running. */
  boolean isRunning();
}
