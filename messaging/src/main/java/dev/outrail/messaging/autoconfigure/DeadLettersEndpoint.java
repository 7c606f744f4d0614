package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.deadletter.DeadLetter;
import dev.outrail.messaging.deadletter.DeadLetter.State;
import dev.outrail.messaging.deadletter.DeadLetters;
import dev.outrail.messaging.deadletter.DeadLetters.Query;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.lang.Nullable;

/**
 * Actuator endpoint {@code deadletters}, for operators: it shows events with their payloads, and
 * changes what is applied, so it has to be protected. It is exposed only where {@code
 * management.endpoints.web.exposure.include} names it.
 *
 * <ul>
 *   <li>{@code GET}: how many wait, by consumer, topic and cause;
 *   <li>{@code GET /find?consumer=&topic=&key=&id=&type=&cause=&state=&after=&limit=}: letters;
 *   <li>{@code GET /<number>}: one, with payload and headers;
 *   <li>{@code POST /retry} with a JSON object of {@code number}, or of {@code consumer}, {@code
 *       topic}, {@code key}, {@code id}, {@code type}, {@code cause} in any combination, or of
 *       {@code all} with true: has them applied; {@code number} with {@code force} also one that
 *       may have been applied and forgotten;
 *   <li>{@code POST /discard} with {@code number}, or {@code consumer}, {@code topic} and {@code
 *       key}, and with {@code who} and {@code why}: gives them up.
 * </ul>
 *
 * A wrong request is answered with 400 or 404 and {@code error}, which says what is wrong.
 */
// Spring's own @Nullable: the only one that tells Spring Boot 3 and 4 that a parameter is optional.
@SuppressWarnings("deprecation")
@WebEndpoint(id = "deadletters")
public final class DeadLettersEndpoint {

  private static final int PAGE = 50;
  private static final int LARGEST_PAGE = 500;

  private final Supplier<DeadLetters> letters;

  /**
   * @param letters asked at each request
   */
  public DeadLettersEndpoint(Supplier<DeadLetters> letters) {
    this.letters = letters;
  }

  /** By consumer, topic and cause. */
  @ReadOperation
  public List<DeadLetters.Group> summary() {
    return letters.get().summary();
  }

  /**
   * A letter as it is listed; {@code payload} and {@code headers} only where it is asked for alone.
   *
   * @param number what it is called here
   * @param id the event id
   */
  public record Shown(
      long number,
      String consumer,
      State state,
      String id,
      @Nullable String type,
      String topic,
      int partition,
      long offset,
      @Nullable String key,
      int attempts,
      @Nullable String cause,
      @Nullable String group,
      Instant parkedAt,
      @Nullable DeadLetter.Discarded discarded,
      @Nullable Map<String, String> headers,
      @Nullable String payload) {

    static Shown of(DeadLetter letter, boolean whole) {
      byte[] payload = letter.payload();
      return new Shown(
          letter.id(),
          letter.consumer(),
          letter.state(),
          letter.messageId(),
          letter.type(),
          letter.topic(),
          letter.partition(),
          letter.offset(),
          letter.key(),
          letter.attempts(),
          letter.cause(),
          letter.group(),
          letter.parkedAt(),
          letter.discarded(),
          whole ? letter.headers() : null,
          whole && payload != null ? new String(payload, StandardCharsets.UTF_8) : null);
    }
  }

  /** {@code find}, or the number of a letter. */
  @ReadOperation
  public WebEndpointResponse<?> read(
      @Selector String what,
      @Nullable String consumer,
      @Nullable String topic,
      @Nullable String key,
      @Nullable String id,
      @Nullable String type,
      @Nullable String cause,
      @Nullable String state,
      @Nullable String after,
      @Nullable String limit) {
    return answer(
        () -> {
          if (!what.equals("find")) {
            long number = number("the letter's number", what);
            return Shown.of(
                letters
                    .get()
                    .get(number)
                    .orElseThrow(
                        () -> new NoSuchElementException("there is no dead letter " + number)),
                true);
          }
          int most = limit == null ? PAGE : Math.toIntExact(number("limit", limit));
          if (most < 1 || most > LARGEST_PAGE) {
            throw new IllegalArgumentException("limit must be 1 to " + LARGEST_PAGE);
          }
          return letters
              .get()
              .find(
                  new Query(consumer, topic, key, id, type, cause, state(state)),
                  after == null ? 0 : number("after", after),
                  most)
              .stream()
              .map(letter -> Shown.of(letter, false))
              .toList();
        });
  }

  /** {@code retry} or {@code discard}. */
  @WriteOperation
  public WebEndpointResponse<?> write(
      @Selector String what,
      @Nullable Long number,
      @Nullable String consumer,
      @Nullable String topic,
      @Nullable String key,
      @Nullable String id,
      @Nullable String type,
      @Nullable String cause,
      @Nullable Boolean all,
      @Nullable Boolean force,
      @Nullable String who,
      @Nullable String why) {
    return answer(
        () ->
            switch (what) {
              case "retry" ->
                  number != null
                      ? letters.get().retry(number, Boolean.TRUE.equals(force))
                      : retry(new Query(consumer, topic, key, id, type, cause, null), all);
              case "discard" -> discard(number, consumer, topic, key, who, why);
              default ->
                  throw new NoSuchElementException(
                      "'%s' is nothing that can be done with dead letters: it is retry or discard"
                          .formatted(what));
            });
  }

  /** A name that is spelled wrongly must not stand for all. */
  private DeadLetters.Retried retry(Query query, @Nullable Boolean all) {
    if (query.equals(Query.ALL) && !Boolean.TRUE.equals(all)) {
      throw new IllegalArgumentException(
          "retry needs 'number', or some of 'consumer', 'topic', 'key', 'id', 'type' and 'cause', or 'all' with true");
    }
    return letters.get().retryMatching(query);
  }

  private Map<String, Object> discard(
      @Nullable Long number,
      @Nullable String consumer,
      @Nullable String topic,
      @Nullable String key,
      @Nullable String who,
      @Nullable String why) {
    if (who == null || why == null) {
      throw new IllegalArgumentException("discard needs 'who' and 'why'");
    }
    if (number != null) {
      letters.get().discard(number, who, why);
      return Map.of("discarded", 1);
    }
    if (consumer == null || topic == null || key == null) {
      throw new IllegalArgumentException(
          "discard needs 'number', or 'consumer', 'topic' and 'key' for all of a key");
    }
    return Map.of("discarded", letters.get().discardKey(consumer, topic, key, who, why));
  }

  private static @Nullable State state(@Nullable String text) {
    if (text == null) {
      return null;
    }
    for (State each : State.values()) {
      if (each.name().equalsIgnoreCase(text)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "state must be one of %s, not '%s'".formatted(Arrays.toString(State.values()), text));
  }

  private static long number(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s must be a whole number, not '%s'".formatted(name, text), e);
    }
  }

  private static WebEndpointResponse<?> answer(Supplier<Object> asked) {
    try {
      return new WebEndpointResponse<>(asked.get());
    } catch (NoSuchElementException e) {
      return error(e, WebEndpointResponse.STATUS_NOT_FOUND);
    } catch (IllegalArgumentException | ArithmeticException e) {
      return error(e, WebEndpointResponse.STATUS_BAD_REQUEST);
    }
  }

  private static WebEndpointResponse<?> error(RuntimeException failure, int status) {
    return new WebEndpointResponse<>(Map.of("error", String.valueOf(failure.getMessage())), status);
  }
}
