package dev.outrail.bench.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.MemoryOffsetBackingStore;

/** An offset store in memory that begins with an offset: the engine goes on from there. */
public final class GivenOffset extends MemoryOffsetBackingStore { // made by name

  /** The engine's {@code name}. */
  static final String NAME = "bench.offset.name";

  /** The GTID set that counts as read. */
  static final String GTIDS = "bench.offset.gtids";

  @Override
  public void configure(WorkerConfig config) {
    super.configure(config);
    Map<String, String> settings = config.originalsStrings();
    String key =
        "[\"%s\",{\"server\":\"%s\"}]".formatted(settings.get(NAME), settings.get("topic.prefix"));
    // a file name must be there; with a GTID set nothing reads it
    String value = "{\"file\":\"\",\"pos\":0,\"gtids\":\"%s\"}".formatted(settings.get(GTIDS));
    data.put(ByteBuffer.wrap(key.getBytes(UTF_8)), ByteBuffer.wrap(value.getBytes(UTF_8)));
  }

  @Override
  public Set<Map<String, Object>> connectorPartitions(String connectorName) {
    throw new UnsupportedOperationException("Only a Connect worker asks");
  }
}
