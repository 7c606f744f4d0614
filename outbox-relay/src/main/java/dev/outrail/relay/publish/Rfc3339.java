package dev.outrail.relay.publish;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes times in UTC with six digits behind the second. Events come in about the order of their
 * times, so all but those digits is nearly always what it was before. Not thread-safe.
 */
final class Rfc3339 {

  private static final DateTimeFormatter TO_THE_SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.000000'Z'").withZone(ZoneOffset.UTC);

  private static final int DIGITS = 6;

  private long second = Long.MIN_VALUE;
  private byte[] text = new byte[0];

  /** An array of its own for each call. */
  byte[] utf8(Instant time) {
    if (time.getEpochSecond() != second) {
      second = time.getEpochSecond();
      text = TO_THE_SECOND.format(time).getBytes(StandardCharsets.UTF_8);
    }
    byte[] made = text.clone();
    int micros = time.getNano() / 1_000;
    for (int at = made.length - 2; at > made.length - 2 - DIGITS; at--) {
      made[at] = (byte) ('0' + micros % 10);
      micros /= 10;
    }
    return made;
  }
}
