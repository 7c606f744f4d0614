package dev.outrail.messaging.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A key of a topic, whose events are applied in their order.
 *
 * @param hash the first half of the key's SHA-256, in hexadecimal digits: a key may be of any
 *     length
 */
public record SequenceKey(String topic, String hash) {

  private static final int BYTES = 16;

  /** Of a record's key. */
  public static SequenceKey of(String topic, String key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
      return new SequenceKey(topic, HexFormat.of().formatHex(Arrays.copyOf(digest, BYTES)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each Java has SHA-256", e);
    }
  }

  static SequenceKey ofColumns(String topic, byte[] hash) {
    return new SequenceKey(topic, HexFormat.of().formatHex(hash));
  }

  byte[] column() {
    return HexFormat.of().parseHex(hash);
  }
}
