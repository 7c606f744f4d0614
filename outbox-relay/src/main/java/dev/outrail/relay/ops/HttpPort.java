package dev.outrail.relay.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.outrail.relay.problem.Fatal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** One HTTP port with threads of its own: what happens at another does not hold it up. */
final class HttpPort implements AutoCloseable {

  /** Connections at one port; more are closed at once. */
  static final int CONNECTIONS = 100;

  private final HttpServer server;
  private final ClientThreads threads;
  private final Function<HttpExchange, Answer> answers;

  private HttpPort(
      HttpServer server, ClientThreads threads, Function<HttpExchange, Answer> answers) {
    this.server = server;
    this.threads = threads;
    this.answers = answers;
  }

  /**
   * Takes the address; {@link #start} serves.
   *
   * @param patience how long a client may take over its request and its answer
   * @param tls null for plain HTTP
   * @throws IOException if the address cannot be used
   */
  static HttpPort open(
      String name,
      InetSocketAddress address,
      Duration patience,
      @Nullable SSLContext tls,
      Function<HttpExchange, Answer> answers)
      throws IOException {
    HttpServer http = create(address, tls);
    HttpPort port = new HttpPort(http, new ClientThreads(name, CONNECTIONS, patience), answers);
    http.setExecutor(port.threads);
    http.createContext("/", port::serve);
    return port;
  }

  void start() {
    server.start();
  }

  private static HttpServer create(InetSocketAddress address, @Nullable SSLContext tls)
      throws IOException {
    if (System.getProperty("jdk.httpserver.maxConnections") == null) {
      System.setProperty("jdk.httpserver.maxConnections", Integer.toString(CONNECTIONS));
    }
    if (tls == null) {
      return HttpServer.create(address, 0);
    }
    HttpsServer https = HttpsServer.create(address, 0);
    https.setHttpsConfigurator(new HttpsConfigurator(tls));
    return https;
  }

  int number() {
    return server.getAddress().getPort();
  }

  /** See {@link ClientThreads#whileWeWork}. */
  <T> T whileWeWork(Supplier<T> work) {
    return threads.whileWeWork(work);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answers.apply(exchange);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.getResponseHeaders().set("Connection", "close"); // idle ones would count as in use
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      boolean head = "HEAD".equals(exchange.getRequestMethod());
      exchange.sendResponseHeaders(answer.code(), head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    } catch (Error e) {
      throw Fatal.met(e);
    }
  }
}
