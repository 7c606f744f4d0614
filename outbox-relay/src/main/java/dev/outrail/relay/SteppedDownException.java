package dev.outrail.relay;

/** This relay is not the active one any more, and has published nothing since. */
final class SteppedDownException extends RuntimeException {

  SteppedDownException(String why) {
    super(why);
  }
}
