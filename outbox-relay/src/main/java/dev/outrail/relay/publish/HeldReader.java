package dev.outrail.relay.publish;

import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.problem.TransientException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of one held topic in their order, page by page: the pointers from the quarantine
 * topic, which has one partition, then their rows from the outbox tables. On a thread of its own,
 * so that the events of other topics never wait for it; one page is in memory and no more.
 *
 * <p>For one thread, which asks for one page after the other.
 */
public final class HeldReader implements AutoCloseable {

  /** Their ids are in one statement. */
  private static final int MOST_EVENTS = 2_000;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Finds rows by their ids in the outbox of a database; those that are gone are missing. */
  public interface Rows {
    List<OutboxRow> find(String schema, List<String> ids);
  }

  /**
   * An event that is held.
   *
   * @param row null if its table does not have it any more
   */
  public record Held(QuarantineRecord pointer, @Nullable OutboxRow row) {}

  /**
   * Some events, in order.
   *
   * @param upTo all that is held up to this number is in this page or in one before
   */
  public record Page(List<Held> events, long upTo) {}

  /**
   * @param end tells how far the log goes: behind another relay's open transaction may stand more
   */
  private record Reading(
      String relay,
      TopicPartition partition,
      KafkaConsumer<byte[], byte[]> committed,
      KafkaConsumer<byte[], byte[]> end) {}

  private final Supplier<PublisherSettings> current;
  private final Rows rows;
  private final int maxEvents;
  private final long maxBytes;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread made = new Thread(work, "held");
            made.setDaemon(true);
            return made;
          });
  private final ArrayDeque<QuarantineRecord> pointers = new ArrayDeque<>();
  private @Nullable Reading reading;
  private String topic = "";

  /**
   * @param current asked for each connection, so that a rotated secret is taken
   * @param maxEvents in one page, at most; never more than 2000
   * @param maxBytes of payload in one page, about; a single larger event passes alone
   */
  public HeldReader(Supplier<PublisherSettings> current, Rows rows, int maxEvents, long maxBytes) {
    this.current = current;
    this.rows = rows;
    this.maxEvents = Math.min(maxEvents, MOST_EVENTS);
    this.maxBytes = maxBytes;
  }

  /**
   * Has the next page read; the first one of a topic begins at the quarantine topic's beginning.
   * The future fails with {@link TransientException} if Kafka or MySQL does not answer; the next
   * page begins anew then.
   *
   * @param first pointers with lower numbers are released already
   * @param last the number of the last pointer that is committed
   */
  public Future<Page> next(String ofTopic, long first, long last) {
    return thread.submit(
        () -> {
          try {
            Reading begun = reading;
            return page(
                begun == null || !ofTopic.equals(topic) ? begin(ofTopic) : begun, first, last);
          } catch (KafkaException e) {
            forget();
            throw new TransientException(
                "Reading what is held from the quarantine: " + e.getMessage(), e);
          } catch (RuntimeException e) {
            forget();
            throw e;
          }
        });
  }

  /** Forgets how far it was: the next page begins anew. */
  public void rewind() {
    thread.execute(this::forget);
  }

  @Override
  public void close() {
    thread.execute(this::forget);
    thread.shutdown();
  }

  private Reading begin(String ofTopic) {
    forget();
    PublisherSettings settings = current.get();
    TopicPartition partition = new TopicPartition(settings.quarantineTopic(), 0);
    Reading begun =
        new Reading(
            settings.relayName(),
            partition,
            QuarantineTopic.consumer(settings, "-held", true),
            QuarantineTopic.consumer(settings, "-held-end", false));
    reading = begun;
    begun.committed().assign(List.of(partition));
    begun.committed().seekToBeginning(List.of(partition));
    topic = ofTopic;
    return begun;
  }

  private void forget() {
    Reading last = reading;
    reading = null;
    topic = "";
    pointers.clear();
    if (last != null) {
      last.committed().close(CloseOptions.timeout(Duration.ZERO));
      last.end().close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  private Page page(Reading from, long first, long last) {
    boolean toTheEnd = gather(from, first);
    List<QuarantineRecord> taken = new ArrayList<>();
    long bytes = 0;
    while (!pointers.isEmpty() && taken.size() < maxEvents) {
      bytes += Math.max(0, pointers.element().payloadBytes());
      if (!taken.isEmpty() && bytes > maxBytes) {
        break;
      }
      taken.add(pointers.remove());
    }
    long upTo = taken.isEmpty() ? first - 1 : taken.get(taken.size() - 1).sequence();
    return new Page(withRows(taken), toTheEnd && pointers.isEmpty() ? Math.max(last, upTo) : upTo);
  }

  /** Reads until a page is full; true if it has read all that was there when it began. */
  private boolean gather(Reading from, long first) {
    long end = from.end().endOffsets(List.of(from.partition())).getOrDefault(from.partition(), 0L);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (pointers.size() < maxEvents) {
      if (from.committed().position(from.partition()) >= end) {
        return true;
      }
      if (System.nanoTime() > deadline) {
        throw new TransientException(
            "The quarantine topic could not be read to its end; another relay's transaction may be open in it",
            null);
      }
      for (ConsumerRecord<byte[], byte[]> found : from.committed().poll(Duration.ofMillis(200))) {
        QuarantineRecord pointer = QuarantineTopic.parse(found);
        if (pointer != null
            && pointer.relay().equals(from.relay())
            && pointer.isHeld()
            && pointer.aggregateType().equals(topic)
            && pointer.sequence() >= first) {
          pointers.add(pointer);
        }
      }
    }
    return false;
  }

  private List<Held> withRows(List<QuarantineRecord> taken) {
    Map<String, List<String>> ids = new HashMap<>();
    taken.forEach(one -> ids.computeIfAbsent(one.schema(), s -> new ArrayList<>()).add(one.id()));
    Map<EventKey, OutboxRow> found = new HashMap<>();
    ids.forEach(
        (schema, some) -> rows.find(schema, some).forEach(row -> found.put(EventKey.of(row), row)));
    return taken.stream().map(one -> new Held(one, found.get(one.event()))).toList();
  }
}
