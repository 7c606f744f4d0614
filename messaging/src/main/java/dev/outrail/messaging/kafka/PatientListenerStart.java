package dev.outrail.messaging.kafka;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Starts the listeners once the application runs, and tries again where a client cannot even be
 * made: a broker whose host name is gone (its container is down, say) must not keep an application
 * from doing what needs no broker. A broker that is merely down is waited for by the client itself.
 *
 * <p>For listeners that do not start by themselves ({@code
 * spring.kafka.listener.auto-startup=false}).
 */
public final class PatientListenerStart implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PatientListenerStart.class);
  private static final long PAUSE_SECONDS = 5;

  private final KafkaListenerEndpointRegistry registry;
  private final ScheduledExecutorService starting =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "listener-start");
            thread.setDaemon(true);
            return thread;
          });

  public PatientListenerStart(KafkaListenerEndpointRegistry registry) {
    this.registry = registry;
  }

  @EventListener(ApplicationReadyEvent.class)
  void applicationIsReady() {
    starting.execute(this::startAll);
  }

  private void startAll() {
    boolean all = true;
    for (MessageListenerContainer container : registry.getListenerContainers()) {
      all &= start(container);
    }
    if (!all) {
      starting.schedule(this::startAll, PAUSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static boolean start(MessageListenerContainer container) {
    String id = String.valueOf(container.getListenerId());
    try {
      container.start();
      return true;
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      log.warn(
          "Listener '{}' finds no Kafka yet, next try in {} s; all else works: {}",
          id,
          PAUSE_SECONDS,
          cause.getMessage());
    } catch (RuntimeException e) {
      log.error("Listener '{}' does not start, next try in {} s", id, PAUSE_SECONDS, e);
    }
    return false;
  }

  /** Gives up trying; listeners that run are stopped by their registry. */
  @Override
  public void close() {
    starting.shutdownNow();
  }
}
