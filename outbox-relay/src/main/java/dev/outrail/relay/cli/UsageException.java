package dev.outrail.relay.cli;

/** The command line or the settings do not say what is needed; the message says what. */
final class UsageException extends RuntimeException {

  UsageException(String message) {
    super(message);
  }
}
