package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import io.debezium.config.Configuration;
import io.debezium.connector.base.QueueProviderService;
import io.debezium.connector.binlog.BinlogStreamingChangeEventSource;
import io.debezium.connector.mysql.MySqlConnectorTask;
import io.debezium.pipeline.ErrorHandler;
import io.debezium.service.spi.ServiceProvider;
import io.debezium.service.spi.ServiceRegistry;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's MySQL connector task with the relay's hand-off for its queue, and with a look at
 * whether it still lives. It is never polled: all events leave through the hand-off, and failures
 * are seen by {@link #failure()}.
 */
final class OutboxTask extends MySqlConnectorTask {

  private final HandOffQueue queue;

  OutboxTask(HandOff<SourceRecord> handOff) {
    this.queue = new HandOffQueue(handOff);
  }

  @Override
  protected void registerServiceProviders(ServiceRegistry registry) {
    super.registerServiceProviders(registry);
    registry.registerServiceProvider(
        new ServiceProvider<QueueProviderService>() {
          @Override
          public QueueProviderService createService(
              Configuration configuration, ServiceRegistry serviceRegistry) {
            return new QueueProviderService(queue);
          }

          @Override
          public Class<QueueProviderService> getServiceClass() {
            return QueueProviderService.class;
          }
        });
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
