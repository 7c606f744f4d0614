package dev.outrail.relay;

import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.ops.RelayStatus;
import dev.outrail.relay.position.HeldTopics;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.HeldReader;
import dev.outrail.relay.publish.Publisher;
import dev.outrail.relay.publish.QuarantineRecord;
import dev.outrail.relay.publish.UnpublishableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings back the events of topics that Kafka had denied, in their order, and before any later
 * event of their topic. One step between two runs:
 *
 * <ol>
 *   <li>Ask Kafka whether a held topic may be written, with growing pauses. Nothing is sent for
 *       that.
 *   <li>Have a page of its events read. Nothing waits for that, unless no more than one page is
 *       left: then the next run does, so that a topic that is written all the time is reached, too.
 *   <li>Publish the page, take its pointers from the quarantine, and note how far that is, in one
 *       Kafka transaction with the position, which stays. A crash before it is committed leaves all
 *       of that as it was: the next term reads the same page. A crash behind it leaves the page
 *       published and the rest held.
 *   <li>With the last page the topic is free, in the same transaction; its next event goes out in
 *       the ordinary way. Until then later ones are held, too, behind those that are there.
 * </ol>
 *
 * <p>For the relay's thread.
 */
final class HeldEvents implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(HeldEvents.class);

  private static final Duration LAST_PAGE_WITHIN = Duration.ofSeconds(2);

  private record Release(String topic, Future<HeldReader.Page> page) {}

  private final Publisher publisher;
  private final HeldReader reader;
  private final int maxEvents;
  private final Supplier<Backoff> backoffs;
  private final InstantSource clock;
  private final RelayStatus status;
  private final BiConsumer<HeldReader.Page, List<QuarantineRecord>> wentOut;
  private final Map<String, Backoff> pauses = new HashMap<>();
  private final Map<String, Instant> nextLook = new HashMap<>();
  private @Nullable Release release;
  private boolean waited;

  /**
   * @param wentOut told of each page that is committed, and of those of its events that cannot be
   *     published though their topic may be written
   */
  HeldEvents(
      Publisher publisher,
      HeldReader reader,
      RelayConfig config,
      InstantSource clock,
      RelayStatus status,
      BiConsumer<HeldReader.Page, List<QuarantineRecord>> wentOut) {
    this.publisher = publisher;
    this.reader = reader;
    this.maxEvents = config.runs().maxEvents();
    this.backoffs =
        () ->
            new Backoff(
                config.backoff().initial(), config.backoff().max(), RandomGenerator.getDefault());
    this.clock = clock;
    this.status = status;
    this.wentOut = wentOut;
  }

  /**
   * One step.
   *
   * @param position where the relay stands; stays
   */
  void step(Position position) throws InterruptedException {
    if (publisher.held().isEmpty()) {
      return;
    }
    Release running = release;
    if (running == null) {
      running = begin();
    }
    if (running != null) {
      goOn(running, position);
    }
  }

  /** Whether there is more to do than to look from time to time. */
  boolean isReleasing() {
    return release != null;
  }

  @Override
  public void close() {
    reader.close();
  }

  private @Nullable Release begin() {
    for (String topic : publisher.held().byTopic().keySet()) {
      Instant due = nextLook.computeIfAbsent(topic, t -> clock.instant().plus(pause(t)));
      if (!clock.instant().isBefore(due)) {
        if (publisher.mayWrite(topic)) {
          return ask(topic);
        }
        later(topic);
      }
    }
    return null;
  }

  private @Nullable Release ask(String topic) {
    HeldTopics.Hold hold = publisher.held().of(topic);
    waited = false;
    release =
        hold == null ? null : new Release(topic, reader.next(topic, hold.first(), hold.last()));
    return release;
  }

  private void goOn(Release running, Position position) throws InterruptedException {
    HeldTopics.Hold hold = publisher.held().of(running.topic());
    if (hold == null) {
      release = null;
      return;
    }
    HeldReader.Page page = page(running, !waited && hold.count() <= maxEvents);
    if (page == null) {
      return;
    }
    try {
      List<QuarantineRecord> kept = publisher.release(running.topic(), page, position);
      wentOut.accept(page, kept);
      status.publishedLate(page.events().size() - kept.size());
    } catch (UnpublishableException e) {
      if (publisher.isDenied(running.topic())) {
        giveUp(running.topic(), e.problem().what());
      } // else the next attempt quarantines what was refused
      return;
    }
    if (publisher.held().of(running.topic()) == null) {
      log.info(
          "RELEASED the last events of topic {} that were held; it is written again",
          running.topic());
      release = null;
      pauses.remove(running.topic());
      nextLook.remove(running.topic());
    } else {
      ask(running.topic());
    }
  }

  private HeldReader.@Nullable Page page(Release running, boolean isLast)
      throws InterruptedException {
    try {
      return running.page().get(isLast ? LAST_PAGE_WITHIN.toMillis() : 0, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      waited |= isLast; // the others' events wait no longer for it
      return null;
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TransientException cause)) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new IllegalStateException(e.getCause());
      }
      giveUp(running.topic(), String.valueOf(cause.getMessage()));
      return null;
    }
  }

  private void giveUp(String topic, String why) {
    log.warn("Events of topic {} stay held for now: {}", topic, why);
    release = null;
    reader.rewind();
    later(topic);
  }

  private void later(String topic) {
    nextLook.put(topic, clock.instant().plus(pause(topic)));
  }

  private Duration pause(String topic) {
    return pauses.computeIfAbsent(topic, t -> backoffs.get()).next();
  }
}
