package dev.outrail.relay.config;

/** A setting is missing, unknown or invalid; the message names its key. */
public final class SettingsException extends RuntimeException {

  SettingsException(String message) {
    super(message);
  }
}
