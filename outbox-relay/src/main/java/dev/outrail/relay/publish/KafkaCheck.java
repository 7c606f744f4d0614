package dev.outrail.relay.publish;

import dev.outrail.relay.problem.TransientException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** Whether Kafka can be reached; changes nothing there. */
public final class KafkaCheck {

  private KafkaCheck() {}

  /**
   * Connects.
   *
   * @return what was found, for a person
   * @throws TransientException if there is no answer
   */
  public static String describe(PublisherSettings settings) {
    Map<String, Object> properties = new HashMap<>(settings.clientProperties());
    properties.put("default.api.timeout.ms", 10_000);
    properties.put("request.timeout.ms", 5_000);
    try (Admin admin = Admin.create(properties)) {
      int brokers = admin.describeCluster().nodes().get().size();
      boolean known = admin.listTopics().names().get().contains(settings.positionTopic());
      return "Kafka %s: %d broker(s); position topic '%s' %s"
          .formatted(
              settings.client().get("bootstrap.servers"),
              brokers,
              settings.positionTopic(),
              known ? "is there" : "will be created at the first start");
    } catch (ExecutionException | KafkaException e) {
      throw PublishFailures.classify(
          e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e,
          "Kafka at %s (check kafka.bootstrap.servers and that the broker runs)"
              .formatted(settings.client().get("bootstrap.servers")));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException("Interrupted", e);
    }
  }
}
