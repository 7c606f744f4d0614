package dev.outrail.messaging.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.MessageListenerContainer;

class PatientListenerStartTest {

  @Test
  void aListenerThatCannotStartKeepsNoOtherFromStartingAndIsTriedAgain() {
    AtomicInteger tries = new AtomicInteger();
    AtomicInteger others = new AtomicInteger();
    MessageListenerContainer broken =
        container(
            () -> {
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("auto-commit and a manual ack mode");
              }
            });
    MessageListenerContainer other = container(others::incrementAndGet);

    try (PatientListenerStart start =
        new PatientListenerStart(new Registry(List.of(broken, other)))) {
      start.applicationIsReady();

      await().atMost(Duration.ofSeconds(30)).until(() -> tries.get() == 2);
    }
    assertThat(others.get()).isPositive();
  }

  private static MessageListenerContainer container(Runnable start) {
    return (MessageListenerContainer)
        Proxy.newProxyInstance(
            MessageListenerContainer.class.getClassLoader(),
            new Class<?>[] {MessageListenerContainer.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("start")) {
                start.run();
              }
              return null;
            });
  }

  private static final class Registry extends KafkaListenerEndpointRegistry {
    private final List<MessageListenerContainer> containers;

    Registry(List<MessageListenerContainer> containers) {
      this.containers = containers;
    }

    @Override
    public Collection<MessageListenerContainer> getListenerContainers() {
      return containers;
    }
  }
}
