package dev.outrail.messaging.deadletter;

import dev.outrail.messaging.kafka.PermanentMessageException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why an event could not be applied, as it is stored.
 *
 * @param cause class and message of the innermost exception, or of the one that says that the event
 *     cannot be applied
 * @param group the same for letters that failed alike: the exception's class, and the method of the
 *     application that it came from
 */
record Failure(String cause, String group) {

  private static final int LONGEST_CAUSE = 2_000;
  private static final int LONGEST_GROUP = 255;

  /** What calls the application's method: behind it, nothing is the application's. */
  private static final String CALLER = "dev.outrail.messaging.listener.";

  /** Where frames of these begin, the application has not got a word. */
  private static final List<String> LIBRARIES =
      List.of(
          "java.",
          "javax.",
          "jdk.",
          "sun.",
          "jakarta.",
          "com.sun.",
          "com.mysql.",
          "com.zaxxer.",
          "org.apache.",
          "org.hibernate.",
          "org.springframework.",
          "tools.jackson.",
          "com.fasterxml.",
          "dev.outrail.messaging.");

  static Failure of(Throwable failure) {
    Throwable told = failure;
    StackTraceElement own = null;
    for (Throwable each = failure; each != null; each = each.getCause()) {
      told = told instanceof PermanentMessageException ? told : each;
      StackTraceElement frame = ownFrame(each);
      own = frame == null ? own : frame;
    }
    String type = told.getClass().getName();
    String cause = told.getMessage() == null ? type : type + ": " + told.getMessage();
    String place = own == null ? "" : " in " + own.getClassName() + "." + own.getMethodName();
    return new Failure(cut(cause, LONGEST_CAUSE), cut(type + place, LONGEST_GROUP));
  }

  private static @Nullable StackTraceElement ownFrame(Throwable failure) {
    for (StackTraceElement frame : failure.getStackTrace()) {
      if (frame.getClassName().startsWith(CALLER)) {
        break;
      }
      if (LIBRARIES.stream().noneMatch(frame.getClassName()::startsWith)) {
        return frame;
      }
    }
    return null;
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest);
  }
}
