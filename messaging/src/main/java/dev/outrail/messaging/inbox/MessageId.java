package dev.outrail.messaging.inbox;

import java.util.Locale;
import java.util.regex.Pattern;

/** What an inbox takes for the id of a message. */
public final class MessageId {

  /** The column takes what differs in blanks at the end for the same. */
  private static final Pattern ALLOWED = Pattern.compile("(?=.*[!-~]$)[ -~]{1,255}");

  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private MessageId() {}

  /**
   * The same text for the same message: a UUID in lower case, for it may be written either way;
   * anything else (a ULID, a number) as it is.
   *
   * @throws IllegalArgumentException if it is empty, longer than 255 characters, not ASCII, or ends
   *     with a blank
   */
  public static String canonical(String text) {
    if (!ALLOWED.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "messageId '%s' must be 1 to 255 ASCII characters, the last one no blank"
              .formatted(text));
    }
    return UUID.matcher(text).matches() ? text.toLowerCase(Locale.ROOT) : text;
  }
}
