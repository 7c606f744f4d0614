package dev.outrail.messaging.listener;

import dev.outrail.messaging.deadletter.LetterReceivers;
import dev.outrail.messaging.listener.ListenerMethods.Found;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * All that apply events in this application. They start with it, and it does not wait for them: no
 * broker is needed, and where a client cannot even be made (a host name that is gone, say), it is
 * tried again. They stop with it, each behind the poll that it is at. Thread-safe.
 */
public final class EventListeners
    implements SmartInitializingSingleton, SmartLifecycle, LetterReceivers, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EventListeners.class);
  private static final long AGAIN_SECONDS = 5;
  private static final long TAKE_OVER_AGAIN_SECONDS = 60;

  private final ListenerMethods methods;
  private final Supplier<EventContainers> makesContainers;
  private final boolean autoStartup;

  /** Never blocks: partitions go on by it. */
  private final ScheduledExecutorService timer = thread("outrail-listeners");

  private final ScheduledExecutorService starting = thread("outrail-listeners-start");

  private final List<EventContainer> all = new ArrayList<>();
  private final Map<List<String>, EventConsumer> byTopic = new LinkedHashMap<>();
  private volatile boolean running;

  /**
   * @param methods that apply events
   * @param containers makes what calls them; not asked if there are no methods
   * @param autoStartup whether they start with the application
   */
  public EventListeners(
      ListenerMethods methods, Supplier<EventContainers> containers, boolean autoStartup) {
    this.methods = methods;
    this.makesContainers = containers;
    this.autoStartup = autoStartup;
  }

  /**
   * Methods of one consumer that name the same topics share what reads them.
   *
   * @throws IllegalStateException if a listener is not set up as it must be; says which and why
   */
  @Override
  public void afterSingletonsInstantiated() {
    if (methods.close().isEmpty()) {
      return;
    }
    EventContainers containers = makesContainers.get();
    methods.found().stream()
        .collect(
            Collectors.groupingBy(
                found -> Reading.of(found.listener(), containers),
                LinkedHashMap::new,
                Collectors.toList()))
        .forEach((reading, found) -> add(containers, reading, found));
  }

  /** What is read together. */
  private record Reading(String consumer, Set<String> topics) {

    static Reading of(OutrailListener listener, EventContainers containers) {
      Set<String> topics = new TreeSet<>();
      for (String topic : listener.topics()) {
        topics.add(containers.resolve(topic));
      }
      return new Reading(containers.resolve(listener.consumer()), topics);
    }
  }

  private void add(EventContainers containers, Reading reading, List<Found> found) {
    String consumer = reading.consumer();
    EventConsumer applies = containers.consumer(consumer, found);
    for (String topic : reading.topics()) {
      if (byTopic.putIfAbsent(List.of(consumer, topic), applies) != null) {
        throw new IllegalStateException(
            "@OutrailListener methods of consumer '%s' that take topic '%s' must name the same topics: their events are read together, for their order"
                .formatted(consumer, topic));
      }
    }
    all.add(containers.container(consumer, reading.topics(), found, applies, timer, starting));
  }

  private static ScheduledExecutorService thread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  public Optional<Receiver> of(String consumer, String topic) {
    EventConsumer applies = byTopic.get(List.of(consumer, topic));
    return applies == null ? Optional.empty() : Optional.of(applies::applyParked);
  }

  /** What reads, one for each consumer and its topics. */
  public List<MessageListenerContainer> containers() {
    return all.stream().map(each -> (MessageListenerContainer) each.container()).toList();
  }

  /** How many tries to apply an event have failed since the start, for whatever reason. */
  public long failures() {
    return all.stream().mapToLong(EventContainer::failures).sum();
  }

  /**
   * How many do not read though they should, because their thread has ended or Kafka refuses them;
   * they come back by themselves once that is mended.
   */
  public long stopped() {
    return all.stream().filter(EventContainer::isStopped).count();
  }

  @Override
  public boolean isAutoStartup() {
    return autoStartup;
  }

  @Override
  public void start() {
    running = true;
    starting.execute(this::startAll);
  }

  private void startAll() {
    boolean started = true;
    for (EventContainer each : all) {
      started &= !running || start(each);
    }
    if (started) {
      takeOver();
    } else {
      starting.schedule(this::startAll, AGAIN_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void takeOver() {
    try {
      for (EventContainer each : all) {
        each.takeOverOldDeadLetters();
      }
    } catch (RuntimeException e) {
      log.warn(
          "Letters in topics of an earlier release are not taken over yet, next try in {} s: {}",
          TAKE_OVER_AGAIN_SECONDS,
          e.toString());
      if (running) {
        starting.schedule(this::takeOver, TAKE_OVER_AGAIN_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  private static boolean start(EventContainer each) {
    try {
      each.start();
      return true;
    } catch (RuntimeException e) {
      log.warn(
          "Listener '{}' finds no Kafka yet, next try in {} s; all else works: {}",
          each.container().getListenerId(),
          AGAIN_SECONDS,
          (e.getCause() == null ? e : e.getCause()).toString());
      return false;
    }
  }

  @Override
  public void stop() {
    running = false;
    List<Thread> stopping = all.stream().map(each -> new Thread(each::stop)).toList();
    stopping.forEach(Thread::start);
    for (Thread each : stopping) {
      try {
        each.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public void close() {
    starting.shutdownNow();
    timer.shutdownNow();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Like other listeners: the last to start, and the first to stop. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 100;
  }
}
