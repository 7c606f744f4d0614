package dev.outrail.relay.config;

import java.nio.file.Path;
import java.util.Map;
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
    if (file == null) {
      return Map.of();
    }
    Map<String, String> client = SettingsSource.read(Settings.KAFKA_CLIENT_FILE + ":", file);
    for (String key : client.keySet()) {
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
    }
    return client;
  }
}
