package dev.outrail.relay.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Settings of the Kafka clients in a file of their own: secrets, which somebody may rotate. */
public final class KafkaClientFile {

  private KafkaClientFile() {}

  /**
   * Reads the file as it is now.
   *
   * @param file null for none
   * @throws SettingsException if it cannot be read, or sets what must not be set
   */
  public static Map<String, String> read(@Nullable Path file) {
    Map<String, String> client = new TreeMap<>();
    if (file == null) {
      return client;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsException(
          "%s: %s cannot be read (%s)"
              .formatted(Settings.KAFKA_CLIENT_FILE, file.toAbsolutePath(), e));
    }
    for (String key : properties.stringPropertyNames()) {
      String full = SettingsSource.KAFKA_PREFIX + key;
      if (key.startsWith(SettingsSource.KAFKA_PREFIX) || full.equals(Settings.BOOTSTRAP)) {
        throw new SettingsException(
            "%s: '%s' does not belong into %s, which holds settings of Kafka's clients without the prefix '%s'"
                .formatted(
                    Settings.KAFKA_CLIENT_FILE,
                    key,
                    file.toAbsolutePath(),
                    SettingsSource.KAFKA_PREFIX));
      }
      RelayConfigLoader.requireSettable(full);
      client.put(key, properties.getProperty(key).trim());
    }
    return client;
  }
}
