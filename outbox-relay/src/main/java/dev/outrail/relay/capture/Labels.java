package dev.outrail.relay.capture;

import java.util.ArrayList;
import java.util.List;

/**
 * The labels of ENUM and SET columns, and the SQL literals that Debezium keeps of them: in single
 * quotes, with a quote doubled and a backslash before what cannot stand for itself.
 */
final class Labels {

  private Labels() {}

  static List<String> toLiterals(List<String> labels) {
    return labels.stream()
        .map(label -> "'" + label.replace("\\", "\\\\").replace("'", "''") + "'")
        .toList();
  }

  static List<String> ofLiterals(List<String> literals) {
    return literals.stream().map(Labels::ofLiteral).toList();
  }

  /**
   * Of a column's type as {@code information_schema} prints it.
   *
   * @param type {@code enum('a','b')}
   */
  static List<String> ofType(String type) {
    List<String> literals = new ArrayList<>();
    int at = type.indexOf('\'');
    while (at >= 0) {
      int end = end(type, at);
      literals.add(type.substring(at, end));
      at = type.indexOf('\'', end);
    }
    return ofLiterals(literals);
  }

  /** Behind the quote that ends the literal. */
  private static int end(String text, int start) {
    char quote = text.charAt(start);
    for (int i = start + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == quote) {
        if (i + 1 == text.length() || text.charAt(i + 1) != quote) {
          return i + 1;
        }
        i++;
      }
    }
    return text.length();
  }

  private static String ofLiteral(String literal) {
    int start = literal.indexOf('\'');
    if (start < 0 || !literal.endsWith("'") || start == literal.length() - 1) {
      return literal;
    }
    StringBuilder label = new StringBuilder();
    for (int i = start + 1; i < literal.length() - 1; i++) {
      char c = literal.charAt(i);
      if (c == '\'') {
        i++;
      } else if (c == '\\') {
        i++;
        c = escaped(literal.charAt(i));
      }
      label.append(c);
    }
    return label.toString();
  }

  private static char escaped(char c) {
    return switch (c) {
      case '0' -> '\0';
      case 'b' -> '\b';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'Z' -> (char) 26;
      default -> c;
    };
  }
}
