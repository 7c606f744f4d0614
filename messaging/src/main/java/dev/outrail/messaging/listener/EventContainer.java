package dev.outrail.messaging.listener;

import dev.outrail.messaging.listener.Poll.Wait;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.kafka.event.ConsumerRetryAuthEvent;
import org.springframework.kafka.event.ConsumerRetryAuthSuccessfulEvent;
import org.springframework.kafka.event.ConsumerStartedEvent;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.listener.BatchAcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.support.Acknowledgment;

/**
 * Reads the topics of one consumer. A partition that has to wait is paused, alone, while the others
 * go on; a reading thread that ends though nobody stopped it is started again.
 */
final class EventContainer {

  private static final Logger log = LoggerFactory.getLogger(EventContainer.class);

  /** Until a missing right is asked for again, or a thread that has ended is started again. */
  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final ConcurrentMessageListenerContainer<String, byte[]> container;
  private final EventConsumer consumer;
  private final RetryPolicy policy;
  private final ScheduledExecutorService timer;
  private final ScheduledExecutorService starting;
  private final Object startOrStop = new Object();
  private final OldDeadLetters oldDeadLetters;
  private final Attempts attempts = new Attempts();

  /** The one that has the partitions, by its thread: only that one can pause without a lock. */
  private final Map<Thread, MessageListenerContainer> threads = new ConcurrentHashMap<>();

  private final LongAdder failures = new LongAdder();
  private volatile boolean wanted;
  private volatile boolean ended;
  private volatile boolean refused;

  EventContainer(
      ConcurrentMessageListenerContainer<String, byte[]> container,
      EventConsumer consumer,
      RetryPolicy policy,
      ScheduledExecutorService timer,
      ScheduledExecutorService starting,
      OldDeadLetters oldDeadLetters,
      @Nullable ApplicationEventPublisher events) {
    this.container = container;
    this.consumer = consumer;
    this.policy = policy;
    this.timer = timer;
    this.starting = starting;
    this.oldDeadLetters = oldDeadLetters;
    container.getContainerProperties().setMessageListener(new Listener());
    container.getContainerProperties().setConsumerRebalanceListener(new Partitions());
    container.getContainerProperties().setAuthExceptionRetryInterval(AGAIN);
    container.setApplicationEventPublisher(
        event -> {
          heard(event);
          if (events != null) {
            events.publishEvent(event);
          }
        });
  }

  ConcurrentMessageListenerContainer<String, byte[]> container() {
    return container;
  }

  /**
   * Starts reading.
   *
   * @throws KafkaException if not even a client can be made; it may be tried again
   */
  void start() {
    wanted = true;
    synchronized (startOrStop) {
      startIfWanted();
    }
  }

  /** A thread that dies from here on has its own say. */
  private void startIfWanted() {
    if (wanted) {
      ended = false;
      refused = false;
      container.start();
    }
  }

  void stop() {
    wanted = false;
    synchronized (startOrStop) {
      container.stop();
    }
  }

  /** See {@link OldDeadLetters#takeOver}. */
  void takeOverOldDeadLetters() {
    String[] topics = container.getContainerProperties().getTopics();
    for (String topic : topics == null ? new String[0] : topics) {
      oldDeadLetters.takeOver(
          consumer.name(), topic, String.valueOf(container.getGroupId()), () -> wanted);
    }
  }

  /** How many tries to apply an event have failed. */
  long failures() {
    return failures.sum();
  }

  /** Whether it does not read though it should: a thread has ended, or Kafka refuses it. */
  boolean isStopped() {
    return ended || refused;
  }

  /** On the thread that it is about. */
  private void heard(Object event) {
    if (event instanceof ConsumerStartedEvent started
        && started.getSource() instanceof MessageListenerContainer child) {
      threads.put(Thread.currentThread(), child);
    } else if (event instanceof ConsumerRetryAuthEvent) {
      refused = true;
    } else if (event instanceof ConsumerRetryAuthSuccessfulEvent) {
      refused = false;
    } else if (event instanceof ConsumerStoppedEvent stopped) {
      threads.remove(Thread.currentThread());
      if (wanted && stopped.getReason() != ConsumerStoppedEvent.Reason.NORMAL) {
        ended = true;
        log.error(
            "Listener '{}' has ended ({}), it is started again in {} s",
            container.getListenerId(),
            stopped.getReason(),
            AGAIN.toSeconds());
        starting.schedule(this::startAgain, AGAIN.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private void startAgain() {
    if (!wanted || !ended) {
      return;
    }
    try {
      synchronized (startOrStop) {
        container.stop();
        startIfWanted();
      }
    } catch (RuntimeException e) {
      log.error("Listener '{}' cannot be started again yet", container.getListenerId(), e);
      starting.schedule(this::startAgain, AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private final class Listener
      implements BatchAcknowledgingConsumerAwareMessageListener<String, byte[]> {

    /**
     * Acknowledged behind the commit: a crash in between brings the records again, and the inbox
     * knows them.
     */
    @Override
    public void onMessage(
        List<ConsumerRecord<String, byte[]>> records,
        @Nullable Acknowledgment acknowledgment,
        @Nullable Consumer<?, ?> kafka) {
      Objects.requireNonNull(acknowledgment);
      Objects.requireNonNull(kafka);
      Poll poll = new Poll(consumer, policy, attempts, records);
      poll.apply();
      failures.add(poll.failures());
      if (poll.waiting().isEmpty()) {
        acknowledge(acknowledgment);
        return;
      }
      poll.waiting().forEach((partition, wait) -> await(kafka, partition, wait));
      commit(kafka, poll.done());
    }

    /**
     * If it fails, they come again, and the inbox knows them. What is wrong (a right that is gone,
     * say) is told by the next poll, to the container, which waits for it to be mended.
     */
    private void acknowledge(Acknowledgment acknowledgment) {
      try {
        acknowledgment.acknowledge();
      } catch (InterruptException e) {
        throw e;
      } catch (KafkaException e) {
        log.warn("Listener '{}' cannot commit its offsets", container.getListenerId(), e);
      }
    }

    private void await(Consumer<?, ?> kafka, TopicPartition partition, Wait wait) {
      kafka.seek(partition, wait.offset());
      MessageListenerContainer own = threads.get(Thread.currentThread());
      if (own != null) {
        own.pausePartition(partition);
        timer.schedule(
            () -> own.resumePartition(partition), wait.pause().toMillis(), TimeUnit.MILLISECONDS);
      }
    }

    /** If it fails, they come again, and the inbox knows them. */
    private void commit(Consumer<?, ?> kafka, Map<TopicPartition, OffsetAndMetadata> done) {
      if (done.isEmpty()) {
        return;
      }
      try {
        kafka.commitSync(done);
      } catch (KafkaException e) {
        log.warn("Listener '{}' cannot commit {}", container.getListenerId(), done, e);
      }
    }
  }

  private final class Partitions implements ConsumerAwareRebalanceListener {

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> kafka, Collection<TopicPartition> partitions) {
      consumer.partitionsChanged();
    }

    @Override
    public void onPartitionsRevokedAfterCommit(
        Consumer<?, ?> kafka, Collection<TopicPartition> partitions) {
      partitions.forEach(attempts::forget);
    }
  }
}
