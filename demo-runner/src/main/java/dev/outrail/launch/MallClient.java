package dev.outrail.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A shop's front end, as far as paying goes: one user with a token. Thread-safe. */
public final class MallClient {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final Mall mall;
  private final String token;

  public MallClient(Mall mall, long userId) {
    this.mall = mall;
    this.token = mall.keys().userToken(userId, Duration.ofHours(8));
  }

  /** What was answered. */
  public record Answer(int status, JsonNode body) {

    /** The envelope's code. */
    public String code() {
      return body.path("code").asString();
    }

    /** The envelope's data. */
    public JsonNode data() {
      return body.path("data");
    }
  }

  public String token() {
    return token;
  }

  /** Pays orders in one payment. */
  public Answer pay(List<Long> orderIds) {
    String ids = orderIds.stream().map(String::valueOf).collect(Collectors.joining(","));
    return send(
        request(mall.paymentUri("/pay/order"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"orderIds\":[" + ids + "]}"))
            .build());
  }

  /**
   * Submits a purchase.
   *
   * @param key the Idempotency-Key
   * @param pieces by SKU
   */
  public Answer submit(String key, Map<Long, Integer> pieces) {
    String items =
        pieces.entrySet().stream()
            .map(item -> "{\"skuId\":%d,\"count\":%d}".formatted(item.getKey(), item.getValue()))
            .collect(Collectors.joining(","));
    return send(
        request(mall.orderUri("/order/submit"))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString("{\"items\":[" + items + "]}"))
            .build());
  }

  /** Cancels an order. */
  public Answer cancel(long orderId) {
    return send(
        request(mall.orderUri("/orders/" + orderId + "/cancel"))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build());
  }

  /** Whether all of the orders are paid. */
  public boolean isPaid(List<Long> orderIds) {
    String ids = orderIds.stream().map(String::valueOf).collect(Collectors.joining(","));
    Answer answer = get(mall.paymentUri("/pay/isPay/" + ids));
    return answer.status() == 200 && answer.data().asBoolean();
  }

  /** Any resource. */
  public Answer get(URI uri) {
    return send(request(uri).GET().build());
  }

  private HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(PATIENCE).header("Authorization", "Bearer " + token);
  }

  private Answer send(HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), JSON.readTree(response.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(request.method() + " " + request.uri() + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during " + request.uri(), e);
    }
  }
}
