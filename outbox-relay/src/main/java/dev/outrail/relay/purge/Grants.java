package dev.outrail.relay.purge;

import dev.outrail.relay.capture.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rights of the account that a connection is logged in with, as {@code SHOW GRANTS} tells. */
final class Grants {

  private static final String NAME = "(\\*|`(?:[^`]|``)+`)";
  private static final Pattern LINE =
      Pattern.compile("(GRANT|REVOKE) (.+?) ON " + NAME + "\\." + NAME + " (?:TO|FROM) .*");

  private final List<String> lines;

  Grants(List<String> lines) {
    this.lines = lines;
  }

  /** Those of the roles that are active, too. */
  static Grants of(Connection connection) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      String roles;
      try (ResultSet row = statement.executeQuery("SELECT CURRENT_ROLE()")) {
        row.next();
        roles = row.getString(1);
      }
      String using = roles == null || roles.equals("NONE") ? "" : " USING " + roles;
      try (ResultSet rows = statement.executeQuery("SHOW GRANTS FOR CURRENT_USER()" + using)) {
        while (rows.next()) {
          lines.add(rows.getString(1));
        }
      }
    }
    return new Grants(lines);
  }

  /** Whether the account has all of these rights on the table. */
  boolean allow(TableName table, String... rights) {
    Set<String> granted = new HashSet<>();
    for (String line : lines) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches() && isAbout(matcher.group(3), matcher.group(4), table)) {
        List<String> named =
            Arrays.stream(matcher.group(2).toUpperCase(Locale.ROOT).split(","))
                .map(String::strip)
                .toList();
        if (matcher.group(1).equals("GRANT")) {
          granted.addAll(named);
        } else {
          granted.removeAll(named); // a partial revoke, which SHOW GRANTS tells last
        }
      }
    }
    return granted.contains("ALL PRIVILEGES") || granted.containsAll(Arrays.asList(rights));
  }

  private static boolean isAbout(String schema, String name, TableName table) {
    String exact = unquoted(name);
    if (exact != null) {
      return table.table().equals(exact) && table.schema().equals(unquoted(schema));
    }
    String pattern = unquoted(schema);
    return pattern == null || like(pattern).matcher(table.schema()).matches();
  }

  /** Of a database, a grant names a pattern. */
  private static Pattern like(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\' && i + 1 < pattern.length()) {
        i++;
        regex.append(Pattern.quote(String.valueOf(pattern.charAt(i))));
      } else {
        regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString());
  }

  private static @Nullable String unquoted(String name) {
    return name.equals("*") ? null : name.substring(1, name.length() - 1).replace("``", "`");
  }
}
