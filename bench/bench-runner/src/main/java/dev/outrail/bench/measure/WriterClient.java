package dev.outrail.bench.measure;

import dev.outrail.bench.kit.Written;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Has a contender's process make payments.
 *
 * @param agent where its agent listens
 * @param threads how many write at once
 * @param keys how many record keys there are
 * @param bytes about how large an event is
 */
public record WriterClient(URI agent, int threads, long keys, int bytes) {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Open loop, at {@code rate} payments a second; returns when the last is committed. */
  public Written open(long first, long count, int rate) {
    return post("/open?first=%d&count=%d&rate=%d".formatted(first, count, rate));
  }

  /** Closed loop: as fast as it can until {@code count} or the time is reached. */
  public Written closed(long first, long count, Duration atMost) {
    return post("/closed?first=%d&count=%d&millis=%d".formatted(first, count, atMost.toMillis()));
  }

  private Written post(String path) {
    URI uri = agent.resolve(path + "&threads=%d&keys=%d&bytes=%d".formatted(threads, keys, bytes));
    try {
      HttpResponse<InputStream> response =
          HTTP.send(
              HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        if (response.statusCode() != 200) {
          throw new IllegalStateException(
              "The writer failed: " + new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
        return Written.readFrom(body);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Asking " + uri, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
