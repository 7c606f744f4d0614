package dev.outrail.bench.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WriterAgentTest {

  @Test
  void answersWithThePaymentsThatWereMade() throws Exception {
    AtomicLong bytes = new AtomicLong();
    try (WriterAgent ignored = WriterAgent.start(port(), p -> bytes.set(p.json().length()))) {

      HttpResponse<byte[]> response =
          post("/open?first=7&count=20&rate=1000&threads=2&keys=4&bytes=256");

      Written written = Written.readFrom(new ByteArrayInputStream(response.body()));
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(written.size()).isEqualTo(20);
      assertThat(written.ended()).isGreaterThanOrEqualTo(written.begun());
      assertThat(bytes.get()).isBetween(230L, 280L);
    }
  }

  @Test
  void answersWithWhyAPaymentFailed() throws Exception {
    PaymentWriter broke =
        payment -> {
          throw new IllegalStateException("no money");
        };
    try (WriterAgent ignored = WriterAgent.start(port(), broke)) {

      HttpResponse<byte[]> response =
          post("/closed?first=0&count=20&millis=1000&threads=1&keys=1&bytes=0");

      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("no money");
    }
  }

  private int port;

  private int port() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    return port;
  }

  private HttpResponse<byte[]> post(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
  }
}
