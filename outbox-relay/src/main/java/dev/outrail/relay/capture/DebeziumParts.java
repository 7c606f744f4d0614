package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.jmx.BinaryLogClientStatistics;
import dev.outrail.relay.problem.TransientException;
import io.debezium.config.Configuration;
import io.debezium.connector.binlog.BinlogEventMetadataProvider;
import io.debezium.connector.mysql.MySqlConnectorConfig;
import io.debezium.connector.mysql.MySqlDatabaseSchema;
import io.debezium.connector.mysql.MySqlPartition;
import io.debezium.connector.mysql.MySqlStreamingChangeEventSourceMetrics;
import io.debezium.connector.mysql.MySqlTaskContext;
import io.debezium.connector.mysql.jdbc.MySqlConnection;
import io.debezium.connector.mysql.jdbc.MySqlConnectionConfiguration;
import io.debezium.connector.mysql.jdbc.MySqlFieldReaderResolver;
import io.debezium.connector.mysql.jdbc.MySqlValueConverters;
import io.debezium.heartbeat.Heartbeat.ScheduledHeartbeat;
import io.debezium.openlineage.DebeziumOpenLineageEmitter;
import io.debezium.pipeline.DataChangeEvent;
import io.debezium.pipeline.EventDispatcher;
import io.debezium.relational.CustomConverterRegistry;
import io.debezium.relational.TableId;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the reading takes of Debezium's MySQL connector: its settings, its connection, its knowledge
 * of table shapes and values, and the binlog client.
 */
record DebeziumParts(
    Configuration settings,
    MySqlConnectorConfig config,
    MySqlTaskContext context,
    MySqlConnection connection,
    MySqlDatabaseSchema schema,
    EventDispatcher<MySqlPartition, TableId> dispatcher,
    Client client,
    MySqlStreamingChangeEventSourceMetrics metrics)
    implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DebeziumParts.class);

  /** The client keeps a GTID set for connecting again by itself, which it never does here. */
  static final class Client extends BinaryLogClient {

    private volatile @Nullable BufferedChannel reading;

    Client(MySqlConnectorConfig config) {
      super(config.getHostName(), config.getPort(), config.getUserName(), config.getPassword());
    }

    @Override
    protected void updateGtidSet(Event event) {}

    @Override
    protected void requestBinaryLogStream() throws IOException {
      super.requestBinaryLogStream();
      BufferedChannel buffered = new BufferedChannel(channel);
      channel = buffered;
      reading = buffered;
    }

    /** How long the server has sent nothing; for ever, if the reading has not begun. */
    long silentNanos() {
      BufferedChannel now = reading;
      return now == null ? Long.MAX_VALUE : now.silentNanos();
    }
  }

  /**
   * Connects to the server; reads no binlog yet.
   *
   * @throws TransientException if the server does not write its binlog as it must be
   */
  static DebeziumParts open(Configuration settings) {
    MySqlConnectorConfig config = new MySqlConnectorConfig(settings);
    MySqlTaskContext context = new MySqlTaskContext(settings, config);
    MySqlConnection connection =
        new MySqlConnection(
            new MySqlConnectionConfiguration(settings), MySqlFieldReaderResolver.resolve(config));
    try {
      if (!connection.isBinlogFormatRow() || !connection.isBinlogRowImageFull()) {
        throw new TransientException(
            "MySQL: binlog_format must be ROW and binlog_row_image FULL", null);
      }
      MySqlValueConverters converters =
          new MySqlValueConverters(
              config.getDecimalMode(),
              config.getTemporalPrecisionMode(),
              config.getBigIntUnsignedHandlingMode().asBigIntUnsignedMode(),
              config.binaryHandlingMode(),
              config.isTimeAdjustedEnabled()
                  ? MySqlValueConverters::adjustTemporal
                  : temporal -> temporal,
              config.getEventConvertingFailureHandlingMode(),
              config.getServiceRegistry());
      var topics = config.getTopicNamingStrategy(MySqlConnectorConfig.TOPIC_NAMING_STRATEGY);
      MySqlDatabaseSchema schema =
          new MySqlDatabaseSchema(
              config,
              converters,
              topics,
              config.schemaNameAdjuster(),
              connection.isTableIdCaseSensitive(),
              new CustomConverterRegistry(List.of()),
              context);
      BinlogEventMetadataProvider metadata = new BinlogEventMetadataProvider();
      // There is no queue behind it: rows do not come this way, and changes of tables only go to
      // the schema
      EventDispatcher<MySqlPartition, TableId> dispatcher =
          new EventDispatcher<>(
              config,
              topics,
              schema,
              null,
              config.getTableFilters().dataCollectionFilter(),
              DataChangeEvent::new,
              metadata,
              ScheduledHeartbeat.NOOP_HEARTBEAT,
              config.schemaNameAdjuster(),
              null);
      Client client = new Client(config);
      MySqlStreamingChangeEventSourceMetrics metrics =
          new MySqlStreamingChangeEventSourceMetrics(
              context, null, metadata, schema::dataCollectionIds, client);
      client.unregisterEventListener(BinaryLogClientStatistics.class); // it is told of each event
      return new DebeziumParts(
          settings, config, context, connection, schema, dispatcher, client, metrics);
    } catch (RuntimeException e) {
      close(connection);
      throw e;
    }
  }

  /** Another client of the same server, for somebody to configure and to close. */
  BinaryLogClient newClient() {
    return new Client(config);
  }

  /** Which tables are outbox tables there. */
  OutboxNames names(List<TableName> tables) {
    return new OutboxNames(tables, !connection.isTableIdCaseSensitive()); // which says the opposite
  }

  /** May wait for a server that does not answer. */
  @Override
  public void close() {
    try {
      client.disconnect();
    } catch (IOException e) {
      log.debug("Closing the binlog connection: {}", e.toString());
    }
    schema.close();
    close(connection);
    DebeziumOpenLineageEmitter.cleanup(
        DebeziumOpenLineageEmitter.connectorContext(
            settings.asMap(), config.getConnectorName(), context.getRunId()));
  }

  private static void close(MySqlConnection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      log.debug("Closing the connection: {}", e.toString());
    }
  }
}
