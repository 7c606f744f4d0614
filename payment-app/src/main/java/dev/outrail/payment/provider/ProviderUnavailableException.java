package dev.outrail.payment.provider;

import org.jspecify.annotations.Nullable;

/** The provider does not answer now; a later try may succeed. */
public final class ProviderUnavailableException extends RuntimeException {

  public ProviderUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
