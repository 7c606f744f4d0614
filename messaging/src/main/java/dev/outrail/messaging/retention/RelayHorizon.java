package dev.outrail.messaging.retention;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far back the relay can publish events again: from the rows that its purge leaves in the
 * outbox tables, and from the binlog. Asked from its {@code /status}.
 */
public final class RelayHorizon implements ReplayHorizonSource {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final URI status;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  /**
   * @param relay where the relay answers, such as {@code http://localhost:8191}
   */
  public RelayHorizon(URI relay) {
    this.status = URI.create(relay.toString().replaceAll("/+$", "") + "/status");
  }

  @Override
  public List<ReplayHorizon> read() throws HorizonUnknownException {
    JsonNode horizon = ask().path("replayHorizon");
    if (!horizon.isObject() || !horizon.path("known").asBoolean(false)) {
      throw new HorizonUnknownException(
          "the relay at %s does not tell how far back it can replay now".formatted(status), null);
    }
    return List.of(
        of(
            horizon.path("outboxSeconds"),
            "the relay at %s never deletes outbox rows (purge.mode is off), so it can replay them all",
            "the relay at %s can replay outbox rows for %s (purge.retention.ms)"),
        of(
            horizon.path("binlogSeconds"),
            "the MySQL server of the relay at %s never deletes its binlog (binlog_expire_logs_seconds is 0)",
            "the relay at %s can be set back in the binlog by %s (binlog_expire_logs_seconds)"));
  }

  private ReplayHorizon of(JsonNode seconds, String unbounded, String bounded) {
    if (!seconds.isIntegralNumber()) {
      return ReplayHorizon.publishedAgain(unbounded.formatted(status), null);
    }
    Duration reach = Duration.ofSeconds(seconds.asLong());
    return ReplayHorizon.publishedAgain(bounded.formatted(status, reach), reach);
  }

  private JsonNode ask() throws HorizonUnknownException {
    HttpRequest request = HttpRequest.newBuilder(status).timeout(PATIENCE).GET().build();
    try {
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new HorizonUnknownException(
            "the relay at %s answers %d".formatted(status, answer.statusCode()), null);
      }
      return JSON.readTree(answer.body());
    } catch (IOException | JacksonException e) {
      throw new HorizonUnknownException("the relay at %s does not answer".formatted(status), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HorizonUnknownException("interrupted while asking %s".formatted(status), e);
    }
  }
}
