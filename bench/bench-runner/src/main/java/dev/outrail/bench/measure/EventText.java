package dev.outrail.bench.measure;

import java.nio.charset.StandardCharsets;

/** Finds a payment's number and key in an event's value, whatever surrounds its JSON. */
final class EventText {

  private static final byte[] SEQ = "\"seq\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] KEY = "\"key\":".getBytes(StandardCharsets.US_ASCII);

  private EventText() {}

  /**
   * @throws IllegalArgumentException if there is none
   */
  static long seq(byte[] value) {
    return number(value, SEQ);
  }

  /**
   * @throws IllegalArgumentException if there is none
   */
  static long key(byte[] value) {
    return number(value, KEY);
  }

  private static long number(byte[] value, byte[] name) {
    for (int at = 0; at + name.length < value.length; at++) {
      if (startsWith(value, at, name)) {
        return digits(value, at + name.length);
      }
    }
    throw new IllegalArgumentException(
        "No payment: " + new String(value, 0, Math.min(200, value.length), StandardCharsets.UTF_8));
  }

  private static boolean startsWith(byte[] value, int at, byte[] name) {
    for (int i = 0; i < name.length; i++) {
      if (value[at + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  private static long digits(byte[] value, int from) {
    long number = 0;
    for (int at = from; at < value.length && value[at] >= '0' && value[at] <= '9'; at++) {
      number = 10 * number + (value[at] - '0');
    }
    return number;
  }
}
