package dev.outrail.testbed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a testbed is to have. Immutable: each method gives another one.
 *
 * @param provider where the servers come from
 * @param folder where data and logs go, kept at the end and taken up by the next testbed in it;
 *     null for a temp folder
 * @param mysql null for none
 * @param kafka null for none
 */
public record TestbedOptions(
    Provider provider, @Nullable Path folder, @Nullable MySql mysql, @Nullable Kafka kafka) {

  /**
   * Both servers, provider from the system property {@code testbed}, everything else chosen by the
   * testbed.
   */
  public static TestbedOptions defaults() {
    return new TestbedOptions(Provider.fromSystemProperty(), null, MySql.DEFAULTS, Kafka.DEFAULTS);
  }

  public TestbedOptions withProvider(Provider newProvider) {
    return new TestbedOptions(newProvider, folder, mysql, kafka);
  }

  public TestbedOptions withFolder(Path newFolder) {
    return new TestbedOptions(provider, newFolder, mysql, kafka);
  }

  public TestbedOptions mysqlOnly() {
    return new TestbedOptions(provider, folder, mysqlOrDefaults(), null);
  }

  public TestbedOptions kafkaOnly() {
    return new TestbedOptions(provider, folder, null, kafkaOrDefaults());
  }

  public TestbedOptions withMysqlPort(int port) {
    return with(new MySql(port, mysqlOrDefaults().args()));
  }

  /**
   * Adds arguments of mysqld, such as {@code --max-connections=500}; they win over the testbed's
   * own.
   */
  public TestbedOptions withMysqldArgs(String... more) {
    return with(new MySql(mysqlOrDefaults().port(), concat(mysqlOrDefaults().args(), more)));
  }

  public TestbedOptions withKafkaPort(int port) {
    Kafka old = kafkaOrDefaults();
    return with(new Kafka(port, old.heap(), old.jvmArgs(), old.properties()));
  }

  /** The most heap of the broker's JVM, as {@code -Xmx} takes it; {@code 512m} unless set. */
  public TestbedOptions withBrokerHeap(String heap) {
    Kafka old = kafkaOrDefaults();
    return with(new Kafka(old.port(), heap, old.jvmArgs(), old.properties()));
  }

  /** Adds arguments of the broker's JVM; they win over the testbed's own. */
  public TestbedOptions withBrokerJvmArgs(String... more) {
    Kafka old = kafkaOrDefaults();
    return with(new Kafka(old.port(), old.heap(), concat(old.jvmArgs(), more), old.properties()));
  }

  /** Adds a setting of the broker; it wins over the testbed's own. */
  public TestbedOptions withBrokerProperty(String key, String value) {
    Kafka old = kafkaOrDefaults();
    var properties = new TreeMap<>(old.properties());
    properties.put(key, value);
    return with(new Kafka(old.port(), old.heap(), old.jvmArgs(), properties));
  }

  private TestbedOptions with(MySql newMysql) {
    return new TestbedOptions(provider, folder, newMysql, kafka);
  }

  private TestbedOptions with(Kafka newKafka) {
    return new TestbedOptions(provider, folder, mysql, newKafka);
  }

  private MySql mysqlOrDefaults() {
    return mysql != null ? mysql : MySql.DEFAULTS;
  }

  private Kafka kafkaOrDefaults() {
    return kafka != null ? kafka : Kafka.DEFAULTS;
  }

  private static List<String> concat(List<String> old, String... more) {
    var all = new ArrayList<>(old);
    all.addAll(List.of(more));
    return all;
  }

  /**
   * The MySQL server.
   *
   * @param port 0 for a free one
   * @param args further arguments of mysqld
   */
  public record MySql(int port, List<String> args) {
    static final MySql DEFAULTS = new MySql(0, List.of());

    public MySql {
      args = List.copyOf(args);
    }
  }

  /**
   * The broker.
   *
   * @param port 0 for a free one
   * @param heap the most heap of its JVM
   * @param jvmArgs further arguments of its JVM
   * @param properties further settings
   */
  public record Kafka(int port, String heap, List<String> jvmArgs, Map<String, String> properties) {
    static final Kafka DEFAULTS = new Kafka(0, "512m", List.of(), Map.of());

    public Kafka {
      jvmArgs = List.copyOf(jvmArgs);
      properties = Map.copyOf(properties);
    }
  }
}
