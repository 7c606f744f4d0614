package dev.outrail.relay.capture;

import io.debezium.connector.mysql.charset.MySqlCharsetRegistry;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The numbers that MySQL gives to its collations, and what follows from them. */
final class Collations {

  private static final MySqlCharsetRegistry REGISTRY = new MySqlCharsetRegistry();

  private Collations() {}

  /** MySQL's name of the collation's character set; null for one that came from elsewhere. */
  static @Nullable String charset(int collation) {
    return REGISTRY.getCharsetNameForCollationIndex(collation);
  }

  /** What Java calls that character set; UTF-8 if it has no name for it. */
  static Charset java(int collation) {
    String charset = charset(collation);
    if (charset == null) {
      return StandardCharsets.UTF_8;
    }
    return switch (charset) {
      case "utf8mb4", "utf8mb3", "binary" -> StandardCharsets.UTF_8;
      case "ucs2", "utf16" -> StandardCharsets.UTF_16BE; // plain UTF-16 swallows a leading U+FEFF
      case "utf32" -> Charset.forName("UTF-32BE");
      case "koi8u" -> Charset.forName("KOI8-U");
      default -> Charset.forName(REGISTRY.getJavaEncodingForCharSet(charset));
    };
  }

  /** How many bytes a character takes at most. */
  static int width(String charset) {
    return switch (charset.toLowerCase(Locale.ROOT)) {
      case "utf8mb4", "utf16", "utf16le", "utf32", "gb18030" -> 4;
      case "utf8mb3", "utf8", "ujis", "eucjpms" -> 3;
      case "ucs2", "gbk", "gb2312", "big5", "sjis", "cp932", "euckr" -> 2;
      default -> 1;
    };
  }
}
