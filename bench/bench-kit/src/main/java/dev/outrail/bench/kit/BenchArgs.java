package dev.outrail.bench.kit;

import java.util.HashMap;
import java.util.Map;

/**
 * What the runner tells a contender's process, as arguments {@code --name=value}. A Spring
 * application finds the same in its environment.
 *
 * @param values by name
 */
public record BenchArgs(Map<String, String> values) {

  public static final String JDBC_URL = "bench.jdbc-url";
  public static final String JDBC_USER = "bench.jdbc-user";
  public static final String JDBC_PASSWORD = "bench.jdbc-password";

  /** {@code bootstrap.servers}. */
  public static final String KAFKA = "bench.kafka";

  /** The topic that events go to. */
  public static final String TOPIC = "bench.topic";

  /** Where the agent listens, on 127.0.0.1. */
  public static final String PORT = "bench.port";

  /** How many threads write at once, at most: the size of the connection pool. */
  public static final String WRITERS = "bench.writers";

  /** {@code false}: events are stored and not published, as if the publisher were down. */
  public static final String PUBLISH = "bench.publish";

  private static final String PRODUCER = "producer.";

  public BenchArgs {
    values = Map.copyOf(values);
  }

  /**
   * Takes {@code --name=value}; anything else is refused.
   *
   * @throws IllegalArgumentException names the argument
   */
  public static BenchArgs parse(String... arguments) {
    Map<String, String> values = new HashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (!argument.startsWith("--") || equals < 0) {
        throw new IllegalArgumentException("Not of the form --name=value: " + argument);
      }
      values.put(argument.substring(2, equals), argument.substring(equals + 1));
    }
    return new BenchArgs(values);
  }

  /**
   * @throws IllegalArgumentException if it was not given
   */
  public String get(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("Missing: --" + name + "=…");
    }
    return value;
  }

  public String get(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  public int number(String name) {
    return Integer.parseInt(get(name));
  }

  /**
   * Settings of a Kafka producer: where the broker is, and all arguments that begin with {@code
   * producer.}, without that.
   */
  public Map<String, Object> producerSettings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", get(KAFKA));
    values.forEach(
        (name, value) -> {
          if (name.startsWith(PRODUCER)) {
            settings.put(name.substring(PRODUCER.length()), value);
          }
        });
    return settings;
  }

  /** Whether events are to be published; true unless told otherwise. */
  public boolean publish() {
    return Boolean.parseBoolean(get(PUBLISH, "true"));
  }
}
