package dev.outrail.relay.config;

import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** Describes every setting for {@code --help}. */
public final class SettingsHelp {

  private SettingsHelp() {}

  /** All keys by section, with default, unit and meaning. */
  public static String text() {
    StringBuilder text = new StringBuilder();
    for (String section : Settings.DEFINITION.groups()) {
      text.append("%n%s%n".formatted(section));
      keys(section).forEach(key -> text.append(describe(key)));
    }
    return text.toString();
  }

  /** The same as rows of a Markdown table, for the README. */
  static String markdown() {
    StringBuilder text = new StringBuilder();
    for (String section : Settings.DEFINITION.groups()) {
      text.append(
          "%n**%s**%n%n| key | default | unit | meaning |%n|---|---|---|---|%n".formatted(section));
      keys(section)
          .forEach(
              key ->
                  text.append(
                      "| `%s` | %s | %s | %s |%n"
                          .formatted(key.name, fallback(key), key.displayName, key.documentation)));
    }
    return text.toString();
  }

  private static List<ConfigKey> keys(String section) {
    return Settings.DEFINITION.configKeys().values().stream()
        .filter(key -> section.equals(key.group))
        .toList();
  }

  private static String describe(ConfigKey key) {
    String bounds = key.validator == null ? "" : " " + key.validator.toString().replace("\n", " ");
    return "  %-30s default: %s%s; %s%s%n%s"
        .formatted(
            key.name,
            fallback(key),
            key.displayName.isEmpty() ? "" : " " + key.displayName,
            key.type.name().toLowerCase(Locale.ROOT),
            bounds,
            wrap(key.documentation));
  }

  private static String fallback(ConfigKey key) {
    if (key.defaultValue == ConfigDef.NO_DEFAULT_VALUE) {
      return "none, required";
    }
    if (key.type == ConfigDef.Type.PASSWORD) {
      return "empty";
    }
    String value =
        key.defaultValue instanceof List<?> list && list.isEmpty()
            ? ""
            : String.valueOf(key.defaultValue);
    return value.isEmpty() ? "empty" : value;
  }

  private static String wrap(String text) {
    StringBuilder wrapped = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() + word.length() > 90) {
        wrapped.append("      ").append(line.toString().strip()).append(System.lineSeparator());
        line.setLength(0);
      }
      line.append(word).append(' ');
    }
    return wrapped
        .append("      ")
        .append(line.toString().strip())
        .append(System.lineSeparator())
        .toString();
  }
}
