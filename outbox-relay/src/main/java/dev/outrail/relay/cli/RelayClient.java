package dev.outrail.relay.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.outrail.relay.operate.OperateJson;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Talks to one relay. */
final class RelayClient {

  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** Longer than any operation may take in the relay, so that its own answer arrives. */
  private static final Duration ANSWER = Duration.ofMinutes(3);

  private final URI url;
  private final String token;
  private final String by;
  private final HttpClient http;

  /**
   * @param tls for an address with https; null for none
   * @param token empty for none
   * @param by who asks
   */
  RelayClient(URI url, @Nullable SSLContext tls, String token, String by) {
    this.url = url;
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECT);
    this.http = (tls == null ? builder : builder.sslContext(tls)).build();
    this.token = token;
    this.by = by;
  }

  Reply get(String path) {
    return send(builder(path).GET().build());
  }

  Reply post(String path, Map<String, Object> fields) {
    try {
      return send(
          builder(path)
              .header("Content-Type", "application/json")
              .header("X-Operator", encoded(by))
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      OperateJson.MAPPER.writeValueAsString(fields)))
              .build());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For a part of a path or a header. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder builder(String path) {
    String base = url.toString();
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(
                URI.create(
                    (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path))
            .timeout(ANSWER)
            .header("Accept", "application/json");
    return token.isEmpty() ? builder : builder.header("Authorization", "Bearer " + token);
  }

  private Reply send(HttpRequest request) {
    HttpResponse<String> response;
    try {
      response = http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new NotReachableException("No relay answers at %s (%s).".formatted(url, reason(e)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotReachableException("Interrupted.", e);
    }
    try {
      JsonNode json = OperateJson.MAPPER.readTree(response.body());
      if (json != null && json.isObject()) {
        return new Reply(response.statusCode(), response.body(), json);
      }
    } catch (JsonProcessingException e) {
      // told below
    }
    throw new NotReachableException(
        "What answers at %s is no relay (HTTP %d, no JSON).".formatted(url, response.statusCode()),
        null);
  }

  private static String reason(IOException e) {
    @Nullable String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
