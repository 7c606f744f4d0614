package dev.outrail.bench.kit;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the runner tells a process that reads the binlog, beside what is in {@link BenchArgs}.
 *
 * @param reader which of the readers in the process's jar is to run
 * @param host of MySQL
 * @param port of MySQL
 * @param databases whose tables {@code outbox} are read
 * @param gtids the GTID set of all transactions before those that are to be read; not empty
 * @param serverId the id under which the reader appears among the server's replicas
 */
public record BinlogArgs(
    String reader,
    String host,
    int port,
    String user,
    String password,
    List<String> databases,
    String gtids,
    long serverId) {

  /** Settings of Debezium's connector, each with this before its documented name. */
  public static final String CONNECTOR = "connector.";

  /** Settings of a Kafka producer. */
  public static final String PRODUCER = "producer.";

  private static final String READER = "bench.reader";
  private static final String HOST = "bench.mysql-host";
  private static final String MYSQL_PORT = "bench.mysql-port";
  private static final String DATABASES = "bench.databases";
  private static final String GTIDS = "bench.gtids";
  private static final String SERVER_ID = "bench.server-id";

  public BinlogArgs {
    databases = List.copyOf(databases);
  }

  public static BinlogArgs of(BenchArgs args) {
    return new BinlogArgs(
        args.get(READER),
        args.get(HOST),
        args.number(MYSQL_PORT),
        args.get(BenchArgs.JDBC_USER),
        args.get(BenchArgs.JDBC_PASSWORD),
        List.of(args.get(DATABASES).split(",")),
        args.get(GTIDS),
        Long.parseLong(args.get(SERVER_ID)));
  }

  /** The same, as the process is told it. */
  public Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    values.put(READER, reader);
    values.put(HOST, host);
    values.put(MYSQL_PORT, Integer.toString(port));
    values.put(BenchArgs.JDBC_USER, user);
    values.put(BenchArgs.JDBC_PASSWORD, password);
    values.put(DATABASES, String.join(",", databases));
    values.put(GTIDS, gtids);
    values.put(SERVER_ID, Long.toString(serverId));
    return values;
  }

  /** The settings whose names begin with {@link #CONNECTOR} or {@link #PRODUCER}, without that. */
  public static Map<String, String> settings(BenchArgs args, String prefix) {
    Map<String, String> settings = new TreeMap<>();
    args.values()
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix)) {
                settings.put(name.substring(prefix.length()), value);
              }
            });
    return settings;
  }
}
