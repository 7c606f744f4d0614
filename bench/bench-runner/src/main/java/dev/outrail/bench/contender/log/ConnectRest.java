package dev.outrail.bench.contender.log;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The few requests to a Connect worker's REST interface that the bench needs. */
final class ConnectRest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI worker;

  ConnectRest(URI worker) {
    this.worker = worker;
  }

  /** Creates a connector that does not run yet. */
  boolean createStopped(String name, Map<String, String> config) {
    return isDone(
        "POST",
        "/connectors",
        Map.of("name", name, "config", config, "initial_state", "STOPPED"),
        409);
  }

  /** Says where a stopped connector of MySQL is to go on; false if it cannot be said yet. */
  boolean startBehind(String name, String server, String gtids) {
    // a file name must be there; with a GTID set nothing reads it
    Map<String, Object> offset = Map.of("file", "", "pos", 0, "gtids", gtids);
    return isDone(
        "PATCH",
        "/connectors/" + name + "/offsets",
        Map.of("offsets", List.of(Map.of("partition", Map.of("server", server), "offset", offset))),
        400,
        404,
        409);
  }

  boolean resume(String name) {
    return isDone("PUT", "/connectors/" + name + "/resume", Map.of(), 409);
  }

  /**
   * @param later answers that say that the worker is busy with something else
   * @throws IllegalStateException if it refuses
   */
  private boolean isDone(String method, String path, Map<String, Object> body, int... later) {
    HttpRequest request =
        HttpRequest.newBuilder(worker.resolve(path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() / 100 == 2) {
        return true;
      }
      for (int status : later) {
        if (response.statusCode() == status) {
          return false;
        }
      }
      throw new IllegalStateException(
          "%s %s: %d %s".formatted(method, path, response.statusCode(), response.body()));
    } catch (IOException e) {
      throw new IllegalStateException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(method + " " + path, e);
    }
  }
}
