package dev.outrail.bench.kit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Counts the events of a reader that publishes nothing, and tells the runner over HTTP on
 * 127.0.0.1: {@code GET /count} answers with the number of events and the times of the first and
 * the last in {@link Micros}, with blanks between them; three zeros while there is none.
 *
 * <p>One thread may count.
 */
public final class ReadCounter implements AutoCloseable {

  private final HttpServer server;
  private long events;
  private long first;
  private long last;
  private volatile long published;

  private ReadCounter(HttpServer server) {
    this.server = server;
  }

  /**
   * @param port of 127.0.0.1
   */
  public static ReadCounter start(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    ReadCounter counter = new ReadCounter(server);
    server.createContext("/count", counter::answer);
    server.start();
    return counter;
  }

  /** These events have been read now. */
  public void add(int count) {
    last = Micros.now();
    first = first == 0 ? last : first;
    events += count;
    published = events; // makes the others visible
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    long seen = published;
    byte[] body = (seen + " " + first + " " + last).getBytes(StandardCharsets.US_ASCII);
    try (exchange) {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
