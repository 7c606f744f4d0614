package dev.outrail.payment.events;

import jakarta.annotation.PreDestroy;
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
import org.springframework.stereotype.Component;

/**
 * Starts the listeners once the application runs, and tries again where a client cannot even be
 * made: a broker whose host name is gone (its container is down, say) must not keep the application
 * from taking payments. A broker that is merely down is waited for by the client itself.
 */
@Component
class ListenerStart {

  private static final Logger log = LoggerFactory.getLogger(ListenerStart.class);
  private static final long PAUSE_SECONDS = 5;

  private final KafkaListenerEndpointRegistry registry;
  private final ScheduledExecutorService starting =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "listener-start");
            thread.setDaemon(true);
            return thread;
          });

  ListenerStart(KafkaListenerEndpointRegistry registry) {
    this.registry = registry;
  }

  @EventListener(ApplicationReadyEvent.class)
  void applicationIsReady() {
    starting.execute(this::startAll);
  }

  private void startAll() {
    try {
      registry.getListenerContainers().forEach(MessageListenerContainer::start);
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      log.warn(
          "No listener of Kafka yet, next try in {} s; all else works: {}",
          PAUSE_SECONDS,
          cause.getMessage());
      starting.schedule(this::startAll, PAUSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  @PreDestroy
  void stop() {
    starting.shutdownNow();
  }
}
