package dev.outrail.relay.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the settings: the file first, then the environment, which wins. {@code mysql.host} in the
 * file is {@code OUTRAIL_RELAY_MYSQL_HOST} in the environment. A key that does not exist is an
 * error, with the nearest that does.
 */
final class SettingsSource {

  static final String ENVIRONMENT_PREFIX = "OUTRAIL_RELAY_";
  static final String KAFKA_PREFIX = "kafka.";

  private final Set<String> known;

  SettingsSource(Set<String> known) {
    this.known = known;
  }

  Map<String, String> gather(@Nullable Path file, Map<String, String> environment) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (file != null) {
      read("The settings file", file)
          .forEach(
              (key, value) -> {
                requireKnown(key, "in " + file);
                settings.put(key, value);
              });
    }
    Map<String, String> byVariable = new HashMap<>();
    known.forEach(key -> byVariable.put(variable(key), key));
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(ENVIRONMENT_PREFIX)) {
            String key = byVariable.get(variable);
            if (key == null) {
              key =
                  variable
                      .substring(ENVIRONMENT_PREFIX.length())
                      .toLowerCase(Locale.ROOT)
                      .replace('_', '.');
              requireKnown(key, "from the environment variable " + variable);
            }
            settings.put(key, value);
          }
        });
    return settings;
  }

  static String variable(String key) {
    return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /**
   * @param what the file is, for whoever reads the error
   */
  static Map<String, String> read(String what, Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsException(
          "%s %s cannot be read: %s".formatted(what, file.toAbsolutePath(), e));
    }
    Map<String, String> settings = new TreeMap<>();
    properties
        .stringPropertyNames()
        .forEach(key -> settings.put(key, properties.getProperty(key).trim()));
    return settings;
  }

  private void requireKnown(String key, String where) {
    if (known.contains(key) || (key.startsWith(KAFKA_PREFIX) && !key.equals(KAFKA_PREFIX))) {
      return;
    }
    String nearest =
        known.stream()
            .min(Comparator.comparingInt(candidate -> distance(key, candidate)))
            .orElse("");
    throw new SettingsException(
        "Unknown setting '%s' %s. Did you mean '%s'? --help lists them all."
            .formatted(key, where, nearest));
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] previous =
        Stream.iterate(0, i -> i + 1).limit(b.length() + 1L).mapToInt(i -> i).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
