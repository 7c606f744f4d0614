package dev.outrail.relay.operate;

/**
 * Who asked for an operation, and why. Taken on trust: the token, not the name, is what authorises.
 *
 * @param by a name, {@code unknown} if none was given
 * @param reason may be empty
 */
public record Author(String by, String reason) {

  public static final String UNKNOWN = "unknown";

  /** Longest name, in characters. */
  public static final int MAX_BY = 100;

  /** Longest reason, in characters. */
  public static final int MAX_REASON = 500;

  /**
   * @throws OperationRefusedException if one is too long or holds control characters
   */
  public Author {
    by = by.isBlank() ? UNKNOWN : by.strip();
    reason = reason.strip();
    requirePrintable("by", by, MAX_BY);
    requirePrintable("reason", reason, MAX_REASON);
  }

  private static void requirePrintable(String what, String text, int max) {
    if (text.length() > max || text.chars().anyMatch(Character::isISOControl)) {
      throw OperationRefusedException.invalid(
          "'%s' is longer than %d characters or holds control characters.".formatted(what, max),
          "Shorten it to one line.");
    }
  }
}
