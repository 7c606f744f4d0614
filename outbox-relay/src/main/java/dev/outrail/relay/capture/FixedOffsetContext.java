package dev.outrail.relay.capture;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Tells the connector one thing: which transactions it need not read. */
final class FixedOffsetContext implements SourceTaskContext {

  private final Map<String, String> properties;
  private final Map<String, Object> offset;

  FixedOffsetContext(Map<String, String> properties, String completed) {
    this.properties = properties;
    // A file name must be there, but with a GTID set nothing reads it
    this.offset = Map.of("file", "", "pos", 0L, "gtids", completed);
  }

  @Override
  public Map<String, String> configs() {
    return properties;
  }

  @Override
  public OffsetStorageReader offsetStorageReader() {
    return new OffsetStorageReader() {
      @Override
      public <T> Map<String, Object> offset(Map<String, T> partition) {
        return offset;
      }

      @Override
      public <T> Map<Map<String, T>, Map<String, Object>> offsets(
          Collection<Map<String, T>> partitions) {
        Map<Map<String, T>, Map<String, Object>> offsets = new HashMap<>();
        partitions.forEach(partition -> offsets.put(partition, offset));
        return offsets;
      }
    };
  }

  @Override
  public PluginMetrics pluginMetrics() {
    throw new UnsupportedOperationException("The connector runs outside Kafka Connect");
  }
}
