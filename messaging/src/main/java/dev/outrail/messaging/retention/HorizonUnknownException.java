package dev.outrail.messaging.retention;

import org.jspecify.annotations.Nullable;

/** How far back events can come from somewhere is not known now; nothing is purged until it is. */
public final class HorizonUnknownException extends Exception {

  private static final long serialVersionUID = 1L;

  public HorizonUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
