package dev.outrail.testbed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a testbed is to have.
 *
 * @param provider where the servers come from
 * @param mysql whether there is a MySQL server
 * @param kafka whether there is a broker
 * @param folder where data and logs go, kept at the end and taken up by the next testbed in it;
 *     null for a temp folder
 * @param mysqlPort 0 for a free one
 * @param mysqldArgs further arguments of mysqld, such as {@code --max-connections=500}; they win
 *     over the testbed's
 * @param kafkaPort 0 for a free one
 * @param brokerHeap the most heap of the broker's JVM, as {@code -Xmx} takes it; default {@code
 *     512m}
 * @param brokerJvmArgs further arguments of the broker's JVM
 * @param brokerProperties further settings of the broker; they win over the testbed's
 */
public record TestbedOptions(
    Provider provider,
    boolean mysql,
    boolean kafka,
    @Nullable Path folder,
    int mysqlPort,
    List<String> mysqldArgs,
    int kafkaPort,
    String brokerHeap,
    List<String> brokerJvmArgs,
    Map<String, String> brokerProperties) {

  public TestbedOptions {
    mysqldArgs = List.copyOf(mysqldArgs);
    brokerJvmArgs = List.copyOf(brokerJvmArgs);
    brokerProperties = Map.copyOf(brokerProperties);
  }

  /**
   * Both servers, provider from the system property {@code testbed}, everything else chosen by the
   * testbed.
   */
  public static TestbedOptions defaults() {
    return new TestbedOptions(
        Provider.fromSystemProperty(),
        true,
        true,
        null,
        0,
        List.of(),
        0,
        "512m",
        List.of(),
        Map.of());
  }

  public TestbedOptions withProvider(Provider newProvider) {
    return new TestbedOptions(
        newProvider,
        mysql,
        kafka,
        folder,
        mysqlPort,
        mysqldArgs,
        kafkaPort,
        brokerHeap,
        brokerJvmArgs,
        brokerProperties);
  }

  public TestbedOptions mysqlOnly() {
    return servers(true, false);
  }

  public TestbedOptions kafkaOnly() {
    return servers(false, true);
  }

  public TestbedOptions withFolder(Path newFolder) {
    return new TestbedOptions(
        provider,
        mysql,
        kafka,
        newFolder,
        mysqlPort,
        mysqldArgs,
        kafkaPort,
        brokerHeap,
        brokerJvmArgs,
        brokerProperties);
  }

  public TestbedOptions withPorts(int newMysqlPort, int newKafkaPort) {
    return new TestbedOptions(
        provider,
        mysql,
        kafka,
        folder,
        newMysqlPort,
        mysqldArgs,
        newKafkaPort,
        brokerHeap,
        brokerJvmArgs,
        brokerProperties);
  }

  /** Adds to those that are there. */
  public TestbedOptions withMysqldArgs(String... more) {
    var all = new ArrayList<>(mysqldArgs);
    all.addAll(List.of(more));
    return new TestbedOptions(
        provider,
        mysql,
        kafka,
        folder,
        mysqlPort,
        all,
        kafkaPort,
        brokerHeap,
        brokerJvmArgs,
        brokerProperties);
  }

  public TestbedOptions withBrokerHeap(String newHeap) {
    return new TestbedOptions(
        provider,
        mysql,
        kafka,
        folder,
        mysqlPort,
        mysqldArgs,
        kafkaPort,
        newHeap,
        brokerJvmArgs,
        brokerProperties);
  }

  /** Adds to those that are there. */
  public TestbedOptions withBrokerJvmArgs(String... more) {
    var all = new ArrayList<>(brokerJvmArgs);
    all.addAll(List.of(more));
    return new TestbedOptions(
        provider,
        mysql,
        kafka,
        folder,
        mysqlPort,
        mysqldArgs,
        kafkaPort,
        brokerHeap,
        all,
        brokerProperties);
  }

  /** Adds to those that are there. */
  public TestbedOptions withBrokerProperty(String key, String value) {
    var all = new TreeMap<>(brokerProperties);
    all.put(key, value);
    return new TestbedOptions(
        provider,
        mysql,
        kafka,
        folder,
        mysqlPort,
        mysqldArgs,
        kafkaPort,
        brokerHeap,
        brokerJvmArgs,
        all);
  }

  private TestbedOptions servers(boolean withMysql, boolean withKafka) {
    return new TestbedOptions(
        provider,
        withMysql,
        withKafka,
        folder,
        mysqlPort,
        mysqldArgs,
        kafkaPort,
        brokerHeap,
        brokerJvmArgs,
        brokerProperties);
  }
}
