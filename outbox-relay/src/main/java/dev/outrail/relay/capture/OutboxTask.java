package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import io.debezium.bean.StandardBeanNames;
import io.debezium.bean.spi.BeanRegistry;
import io.debezium.config.Configuration;
import io.debezium.connector.base.QueueProviderService;
import io.debezium.connector.binlog.BinlogStreamingChangeEventSource;
import io.debezium.connector.mysql.MySqlConnectorTask;
import io.debezium.connector.mysql.MySqlDatabaseSchema;
import io.debezium.pipeline.ErrorHandler;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import io.debezium.relational.history.TableChanges.TableChange;
import io.debezium.relational.history.TableChanges.TableChangeType;
import io.debezium.schema.SchemaChangeEvent;
import io.debezium.service.spi.ServiceProvider;
import io.debezium.service.spi.ServiceRegistry;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's MySQL connector task with the relay's hand-off for its queue, and with a look at
 * whether it still lives. It is never polled: all events leave through the hand-off, and failures
 * are seen by {@link #failure()}.
 */
final class OutboxTask extends MySqlConnectorTask {

  private final HandOff<HandOffQueue.Handed> handOff;
  private final BiConsumer<ShapeHistory, Consumer<TableId>> beginning;

  /**
   * @param beginning tells the history which shapes to begin with, and how a shape is forgotten
   */
  OutboxTask(
      HandOff<HandOffQueue.Handed> handOff, BiConsumer<ShapeHistory, Consumer<TableId>> beginning) {
    this.handOff = handOff;
    this.beginning = beginning;
  }

  @Override
  protected void registerServiceProviders(ServiceRegistry registry) {
    super.registerServiceProviders(registry);
    registry.registerServiceProvider(
        new ServiceProvider<QueueProviderService>() {
          @Override
          public QueueProviderService createService(
              Configuration configuration, ServiceRegistry serviceRegistry) {
            // Debezium creates the history by its class name and keeps it in its schema; the queue
            // is made after that and before anything is read
            MySqlDatabaseSchema schema =
                serviceRegistry
                    .getService(BeanRegistry.class)
                    .lookupByName(StandardBeanNames.DATABASE_SCHEMA, MySqlDatabaseSchema.class);
            ShapeHistory history = (ShapeHistory) schema.getSchemaHistory();
            beginning.accept(history, table -> forget(schema, table));
            return new QueueProviderService(new HandOffQueue(handOff, history));
          }

          @Override
          public Class<QueueProviderService> getServiceClass() {
            return QueueProviderService.class;
          }
        });
  }

  /** As after a DROP TABLE. */
  private static void forget(MySqlDatabaseSchema schema, TableId table) {
    TableChange drop =
        new TableChange(TableChangeType.DROP, Table.editor().tableId(table).create());
    Struct noSource = new Struct(SchemaBuilder.struct().build());
    schema.applySchemaChange(
        SchemaChangeEvent.ofTableChange(drop, Map.of(), Map.of(), noSource, table.catalog(), null));
  }

  /** Why the connector stopped reading; null while it reads. */
  @Nullable Throwable failure() {
    return getErrorHandler().map(ErrorHandler::getProducerThrowable).orElse(null);
  }

  /** Whether the binlog connection stands right now. */
  boolean connected() {
    var current = coordinator;
    return current != null
        && current
            .getStreamingSource()
            .map(
                source ->
                    source instanceof BinlogStreamingChangeEventSource<?, ?> binlog
                        && connected(binlog.getBinaryLogClient()))
            .orElse(false);
  }

  private static boolean connected(@Nullable BinaryLogClient client) {
    return client != null && client.isConnected();
  }
}
