package dev.outrail.relay.problem;

/**
 * A finding a person can act on.
 *
 * @param what what is wrong, with the values that were found
 * @param remedy what to do about it; a command or statement where one exists
 */
public record Problem(String what, String remedy) {

  @Override
  public String toString() {
    return what + " Remedy: " + remedy;
  }
}
