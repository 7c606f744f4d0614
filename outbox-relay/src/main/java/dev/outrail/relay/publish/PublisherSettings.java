package dev.outrail.relay.publish;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * How the relay talks to Kafka.
 *
 * @param client connection properties of every Kafka client
 * @param source the header {@code ce_source}
 * @param quarantineTopic where pointers to events go that cannot be published
 * @param auditTopic where operators' actions are recorded
 * @param address where this process serves its operator's interface
 * @param transactionTimeout when the broker gives up a silent relay's transaction
 */
public record PublisherSettings(
    String relayName,
    Map<String, String> client,
    String positionTopic,
    TopicSettings topics,
    String source,
    Duration transactionTimeout,
    String quarantineTopic,
    String auditTopic,
    String address) {

  private static final Pattern CONFIGURATION = Pattern.compile("configuration ([\\w.]+)");

  /** How long one call to Kafka may block before the cycle is torn down and begun anew. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The same while a snapshot is sent. */
  private static final Duration SNAPSHOT_PATIENCE = Duration.ofSeconds(30);

  public PublisherSettings withTransactionTimeout(Duration timeout) {
    return new PublisherSettings(
        relayName,
        client,
        positionTopic,
        topics,
        source,
        timeout,
        quarantineTopic,
        auditTopic,
        address);
  }

  /**
   * Whether Kafka's clients take these values; connects to nothing.
   *
   * @return what is wrong, with the setting's name; null if nothing is
   */
  public @Nullable String refused() {
    try {
      Map<String, Object> producer = producerProperties("checked");
      producer.put("key.serializer", ByteArraySerializer.class);
      producer.put("value.serializer", ByteArraySerializer.class);
      new ProducerConfig(producer);
      Map<String, Object> consumer = clientProperties();
      consumer.put("key.deserializer", ByteArrayDeserializer.class);
      consumer.put("value.deserializer", ByteArrayDeserializer.class);
      new ConsumerConfig(consumer);
      new AdminClientConfig(clientProperties());
      return null;
    } catch (ConfigException e) {
      return refused(e);
    }
  }

  static String refused(ConfigException said) {
    Matcher key = CONFIGURATION.matcher(String.valueOf(said.getMessage()));
    return "%s (or the same without 'kafka.' in kafka.client.file): Kafka's clients do not take it: %s"
        .formatted(key.find() ? "kafka." + key.group(1) : "A setting kafka.*", said.getMessage());
  }

  Map<String, Object> clientProperties() {
    Map<String, Object> properties = new HashMap<>();
    properties.put("reconnect.backoff.ms", 50);
    properties.put("reconnect.backoff.max.ms", 1_000);
    properties.put("retry.backoff.ms", 20);
    properties.put("retry.backoff.max.ms", 500);
    properties.put("socket.connection.setup.timeout.ms", 3_000L);
    properties.put("socket.connection.setup.timeout.max.ms", 6_000L);
    properties.put("enable.metrics.push", false);
    properties.putAll(client);
    return properties;
  }

  /**
   * The defaults of a Kafka producer wait for minutes; here a broker that does not answer is
   * noticed within {@link #PATIENCE}, because rebuilding from the position is cheap and always
   * right. A snapshot, which must succeed as a whole, waits longer.
   */
  Map<String, Object> producerProperties(String transactionalId) {
    boolean patient = transactionTimeout.compareTo(Duration.ofSeconds(60)) > 0;
    int block = (int) (patient ? SNAPSHOT_PATIENCE : PATIENCE).toMillis();
    Map<String, Object> properties = new HashMap<>();
    properties.put("max.block.ms", block);
    properties.put("request.timeout.ms", 5_000);
    properties.put("delivery.timeout.ms", block);
    properties.put(
        "linger.ms", 5); // a commit flushes at once; this only lets batches of a large run fill
    properties.put("batch.size", 131_072);
    properties.put("buffer.memory", 67_108_864L);
    properties.put(
        "max.request.size", 33_554_432); // the topic decides what is too large, not the producer
    properties.putAll(clientProperties());
    properties.put("client.id", transactionalId);
    properties.put("transactional.id", transactionalId);
    properties.put("transaction.timeout.ms", (int) transactionTimeout.toMillis());
    properties.put("enable.idempotence", true);
    properties.put("acks", "all");
    return properties;
  }

  /** Without the clients' settings: secrets are among them. */
  @Override
  public String toString() {
    return "relay %s, Kafka %s".formatted(relayName, client.get("bootstrap.servers"));
  }

  /** A relay's name has no slash in it, so that no two relays share one. */
  List<String> transactionalIds() {
    String first = "outrail-relay-" + relayName;
    return List.of(first, first + "/2");
  }
}
