package dev.outrail.messaging;

import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/** What a topic of the shared broker is set to. */
public final class TopicSettings {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private TopicSettings() {}

  /** Changes settings, and waits until whoever asks the broker is told the new ones. */
  public static void set(String topic, Map<String, String> settings) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    List<AlterConfigOp> changes =
        settings.entrySet().stream()
            .map(
                each ->
                    new AlterConfigOp(
                        new ConfigEntry(each.getKey(), each.getValue()), AlterConfigOp.OpType.SET))
            .toList();
    try (Admin admin = Testbed.shared().kafka().admin()) {
      admin.incrementalAlterConfigs(Map.of(resource, changes)).all().get();
      for (Map.Entry<String, String> each : settings.entrySet()) {
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    admin
                        .describeConfigs(List.of(resource))
                        .all()
                        .get()
                        .get(resource)
                        .get(each.getKey())
                        .value()
                        .equals(each.getValue()));
      }
    }
  }
}
