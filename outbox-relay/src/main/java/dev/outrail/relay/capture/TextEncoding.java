package dev.outrail.relay.capture;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What text in one of MySQL's character sets is in UTF-8. Only those are known of which Java makes
 * of each character what MySQL makes of it (a test compares all of them with a server). What MySQL
 * cannot express in Unicode is a question mark, as for any client that reads UTF-8. Not
 * thread-safe.
 */
final class TextEncoding {

  /** In these, text is UTF-8 as it stands. */
  private static final Set<String> UTF_8 = Set.of("utf8mb4", "utf8mb3", "utf8", "ascii");

  /** {@code latin1} is Windows' cp1252, with control characters in the gaps of that. */
  private static final String LATIN1 = "latin1";

  /**
   * Some of its characters have a place in Java's private use area, and none in MySQL's Unicode.
   */
  private static final String GBK = "gbk";

  static final Map<String, String> JAVA_NAMES =
      Map.ofEntries(
          Map.entry(LATIN1, "windows-1252"),
          Map.entry("latin2", "ISO-8859-2"),
          Map.entry("latin5", "ISO-8859-9"),
          Map.entry("latin7", "ISO-8859-13"),
          Map.entry("cp1250", "windows-1250"),
          Map.entry("cp1251", "windows-1251"),
          Map.entry("cp1257", "windows-1257"),
          Map.entry("cp850", "IBM850"),
          Map.entry("cp852", "IBM852"),
          Map.entry("koi8r", "KOI8-R"),
          Map.entry(GBK, "x-mswin-936"),
          Map.entry("ucs2", "UTF-16BE"),
          Map.entry("utf16", "UTF-16BE"),
          Map.entry("utf16le", "UTF-16LE"),
          Map.entry("utf32", "UTF-32BE"));

  private final String charset;
  private final CharsetDecoder decoder;

  private TextEncoding(String charset, Charset java) {
    this.charset = charset;
    this.decoder =
        java.newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE)
            .replaceWith("?");
  }

  static boolean isUtf8(@Nullable String charset) {
    return charset != null && UTF_8.contains(charset);
  }

  /** Null if the character set is none of those that are known. */
  static @Nullable TextEncoding of(@Nullable String charset) {
    String java = charset == null ? null : JAVA_NAMES.get(charset);
    return charset == null || java == null || !Charset.isSupported(java)
        ? null
        : new TextEncoding(charset, Charset.forName(java));
  }

  byte[] utf8(byte[] stored) {
    CharBuffer text;
    try {
      text = decoder.decode(ByteBuffer.wrap(stored));
    } catch (CharacterCodingException e) {
      throw new IllegalStateException("It replaces what it does not know", e);
    }
    if (charset.equals(LATIN1)) {
      for (int i = 0; i < stored.length; i++) { // one character a byte
        if (text.get(i) == '?' && stored[i] != '?') {
          text.put(i, (char) (stored[i] & 0xff));
        }
      }
    } else if (charset.equals(GBK)) {
      for (int i = 0; i < text.length(); i++) {
        if (Character.getType(text.get(i)) == Character.PRIVATE_USE) {
          text.put(i, '?');
        }
      }
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
