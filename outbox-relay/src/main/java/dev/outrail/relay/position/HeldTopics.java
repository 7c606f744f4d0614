package dev.outrail.relay.position;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrail.relay.problem.HaltException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The topics whose events are held because Kafka lets the relay not write to them, and how far. The
 * pointers to the events stand in the quarantine topic, numbered; what has to be remembered of them
 * is the same few figures however many there are. Stands beside the position ({@code <name>/held}),
 * and changes in the Kafka transactions that write or take away pointers. Immutable.
 *
 * @param numbered the last number that was given, of whatever topic; none is given twice, so that
 *     pointers of a hold that is over, which compaction has not taken yet, are known by it
 *     <pre>{@code
 * {"version":1,"numbered":250,"topics":{"orders":{"first":1,"last":250,"count":249,"discarded":[17],"oldest":"<RFC 3339>"}}}
 * }</pre>
 */
public record HeldTopics(long numbered, SortedMap<String, Hold> byTopic) {

  public static final HeldTopics NONE = new HeldTopics(0, new TreeMap<>());

  /** Each is a decision of a person, and all of one topic are kept in memory. */
  public static final int MOST_DISCARDED = 1_000;

  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Of one topic.
   *
   * @param first the number of the first pointer that was not released yet
   * @param last the number of the last
   * @param count events that are held
   * @param discarded numbers between those two whose events were given up
   * @param oldest no event that is held was committed before
   * @param reason why the topic is denied
   */
  public record Hold(long first, long last, long count, SortedSet<Long> discarded, Instant oldest) {

    /** Whether the event of that number still waits. */
    public boolean holds(long number) {
      return number >= first && number <= last && !discarded.contains(number);
    }

    static Hold begin(long number, Instant oldest) {
      return new Hold(number, number, 1, new TreeSet<>(), oldest);
    }

    Hold with(long number, Instant committedAt) {
      return new Hold(
          first, number, count + 1, discarded, committedAt.isBefore(oldest) ? committedAt : oldest);
    }

    /** Null once nothing is held any more. */
    @Nullable Hold releasedUpTo(long number, int events, Instant committedAt) {
      return number >= last
          ? null
          : new Hold(
              number + 1,
              last,
              Math.max(1, count - events),
              new TreeSet<>(discarded.tailSet(number + 1)),
              committedAt);
    }

    Hold without(long number) {
      SortedSet<Long> more = new TreeSet<>(discarded);
      more.add(number);
      return new Hold(first, last, Math.max(0, count - 1), more, oldest);
    }
  }

  public boolean isEmpty() {
    return byTopic.isEmpty();
  }

  public @Nullable Hold of(String topic) {
    return byTopic.get(topic);
  }

  /** One more event of the topic is held; its number is the new {@link #numbered()}. */
  public HeldTopics with(String topic, Instant committedAt) {
    Hold before = byTopic.get(topic);
    long number = numbered + 1;
    return new HeldTopics(number, byTopic)
        .put(
            topic,
            before == null ? Hold.begin(number, committedAt) : before.with(number, committedAt));
  }

  /**
   * All up to this number are released.
   *
   * @param events how many that are
   * @param committedAt of the last of them
   */
  public HeldTopics releasedUpTo(String topic, long number, int events, Instant committedAt) {
    Hold before = byTopic.get(topic);
    return before == null ? this : put(topic, before.releasedUpTo(number, events, committedAt));
  }

  /**
   * An event is given up. The topic stays held until it may be written, even if it was the last.
   */
  public HeldTopics without(String topic, long number) {
    Hold before = byTopic.get(topic);
    return before == null ? this : put(topic, before.without(number));
  }

  private HeldTopics put(String topic, @Nullable Hold hold) {
    SortedMap<String, Hold> next = new TreeMap<>(byTopic);
    if (hold == null) {
      next.remove(topic);
    } else {
      next.put(topic, hold);
    }
    return new HeldTopics(numbered, next);
  }

  byte[] toBytes() {
    ObjectNode root = JSON.createObjectNode().put("version", VERSION).put("numbered", numbered);
    ObjectNode topics = root.putObject("topics");
    for (Map.Entry<String, Hold> held : byTopic.entrySet()) {
      Hold hold = held.getValue();
      ObjectNode one =
          topics
              .putObject(held.getKey())
              .put("first", hold.first())
              .put("last", hold.last())
              .put("count", hold.count())
              .put("oldest", hold.oldest().toString());
      hold.discarded().forEach(one.withArray("discarded")::add);
    }
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a record's value.
   *
   * @throws HaltException if it is of another version: events would overtake those that are held
   */
  static HeldTopics read(byte[] value) {
    JsonNode root;
    try {
      root = JSON.readTree(new String(value, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw unreadable(value);
    }
    if (root.path("version").asInt(-1) != VERSION) {
      throw unreadable(value);
    }
    SortedMap<String, Hold> byTopic = new TreeMap<>();
    root.path("topics")
        .properties()
        .forEach(
            held -> {
              JsonNode one = held.getValue();
              SortedSet<Long> discarded = new TreeSet<>();
              one.path("discarded").forEach(number -> discarded.add(number.asLong()));
              byTopic.put(
                  held.getKey(),
                  new Hold(
                      one.path("first").asLong(),
                      one.path("last").asLong(),
                      one.path("count").asLong(),
                      discarded,
                      Instant.parse(one.path("oldest").asText())));
            });
    return new HeldTopics(root.path("numbered").asLong(), byTopic);
  }

  private static HaltException unreadable(byte[] value) {
    return new HaltException(
        "The record of the topics whose events are held cannot be read: "
            + new String(value, StandardCharsets.UTF_8)
            + ".",
        "Use the release that wrote it, or a newer one; with this one, events would overtake those that are held.");
  }
}
