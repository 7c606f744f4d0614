package dev.outrail.mall.api;

import org.jspecify.annotations.Nullable;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;

/** Says in the caller's terms why a body could not be read, without class names. */
final class ReadableCause {

  private ReadableCause() {}

  /** Whether it was longer than the application reads, rather than wrong. */
  static boolean isTooLarge(HttpMessageNotReadableException e) {
    return tooLarge(e) != null;
  }

  /** The JSON reader may have wrapped it. */
  private static @Nullable BodyTooLargeException tooLarge(HttpMessageNotReadableException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof BodyTooLargeException found) {
        return found;
      }
    }
    return null;
  }

  static String of(HttpMessageNotReadableException e) {
    BodyTooLargeException tooLarge = tooLarge(e);
    if (tooLarge != null) {
      return String.valueOf(tooLarge.getMessage());
    }
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof MismatchedInputException mismatch) {
        return mismatch(mismatch);
      }
      if (cause instanceof StreamReadException syntax) {
        return "the body is not valid JSON (line %d, column %d)"
            .formatted(
                syntax.getLocation().getLineNr(), Math.max(1, syntax.getLocation().getColumnNr()));
      }
      if (cause instanceof JacksonException json) {
        return "the body cannot be read as JSON: " + json.getOriginalMessage();
      }
    }
    return "the body is missing or cannot be read as JSON";
  }

  private static String mismatch(MismatchedInputException e) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
      }
    }
    Class<?> target = e.getTargetType();
    return "%s cannot be read as %s"
        .formatted(
            path.isEmpty() ? "the body" : path, target == null ? "what is expected" : word(target));
  }

  private static String word(Class<?> target) {
    if (Number.class.isAssignableFrom(target) || target.isPrimitive()) {
      return "a whole number";
    }
    if (Iterable.class.isAssignableFrom(target) || target.isArray()) {
      return "a list";
    }
    return CharSequence.class.isAssignableFrom(target) ? "a text" : "an object";
  }
}
