package dev.outrail.relay.problem;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link Error} leaves a process in which something is missing: a thread, a class, memory. It
 * ends the process with {@link ExitCode#UNEXPECTED}, whichever thread it comes on, so that a
 * supervisor sees it and a standby takes over. Nothing is lost or repeated by that: what was open
 * in Kafka is aborted, and the lease ends with its connection.
 *
 * <p>Thread-safe.
 */
public final class Fatal {

  private static final Logger log = LoggerFactory.getLogger(Fatal.class);

  private Fatal() {}

  /** From now on an Error that no thread has caught ends the process. */
  public static void endTheProcess() {
    Thread.setDefaultUncaughtExceptionHandler(Fatal::uncaught);
  }

  /**
   * The same for threads of libraries that have a handler of their own, which only logs.
   *
   * @param name how the threads' names begin; those that run now
   */
  public static void endTheProcessFrom(String name) {
    Thread[] all = new Thread[2 * Thread.activeCount() + 16];
    int count = Thread.enumerate(all);
    for (int i = 0; i < count; i++) {
      if (all[i].getName().startsWith(name)) {
        all[i].setUncaughtExceptionHandler(Fatal::uncaught);
      }
    }
  }

  /** Work whose outcome nobody asks for; an Error in it is not swallowed by its executor. */
  public static Runnable guarded(Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (Error e) {
        throw met(e);
      }
    };
  }

  /** For who calls back from a library that would swallow it; returns it where nothing ends. */
  public static Error met(Error error) {
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, error);
    return error;
  }

  /** Throws the Error that a failure comes from, if it comes from one. */
  public static void rethrowError(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Error error) {
        throw error;
      }
    }
  }

  private static void uncaught(Thread thread, Throwable failure) {
    if (failure instanceof Error) {
      try {
        log.error("The process ends: thread {} has met an error", thread.getName(), failure);
      } finally {
        Runtime.getRuntime().halt(ExitCode.UNEXPECTED.code());
      }
    }
    log.error("Thread {} has ended", thread.getName(), failure);
  }
}
