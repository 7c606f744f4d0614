package dev.outrail.bench.kit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Lets the runner make payments in a contender's process, over HTTP on 127.0.0.1:
 *
 * <ul>
 *   <li>{@code GET /ready} answers 200.
 *   <li>{@code POST /open?first=&count=&rate=&threads=&keys=&bytes=} and {@code POST
 *       /closed?first=&count=&millis=&threads=&keys=&bytes=} run a {@link Load} to its end and
 *       answer with the {@link Written} payments; 500 with the stack trace if one failed.
 * </ul>
 */
public final class WriterAgent implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final PaymentWriter writer;

  private WriterAgent(HttpServer server, PaymentWriter writer) {
    this.server = server;
    this.writer = writer;
  }

  private interface Run {
    Written run(Parameters parameters) throws Exception;
  }

  /**
   * Listens from now on; start it when the contender is ready to take payments.
   *
   * @param port of 127.0.0.1
   */
  public static WriterAgent start(int port, PaymentWriter writer) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    WriterAgent agent = new WriterAgent(server, writer);
    server.setExecutor(agent.threads);
    server.createContext("/ready", exchange -> answer(exchange, 200, new byte[0]));
    server.createContext("/open", exchange -> agent.run(exchange, agent::open));
    server.createContext("/closed", exchange -> agent.run(exchange, agent::closed));
    server.start();
    return agent;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private Written open(Parameters parameters) throws Exception {
    return load(parameters).open(writer, (int) parameters.get("rate"), parameters.get("count"));
  }

  private Written closed(Parameters parameters) throws Exception {
    return load(parameters)
        .closed(writer, parameters.get("count"), parameters.get("millis") * 1_000);
  }

  private static Load load(Parameters parameters) {
    return new Load(
        parameters.get("first"),
        (int) parameters.get("threads"),
        parameters.get("keys"),
        (int) parameters.get("bytes"));
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // it is the answer
  private void run(HttpExchange exchange, Run run) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int status = 200;
    try {
      run.run(Parameters.of(exchange)).writeTo(body);
    } catch (Exception e) {
      status = 500;
      StringWriter text = new StringWriter();
      e.printStackTrace(new PrintWriter(text));
      body.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    answer(exchange, status, body.toByteArray());
  }

  private record Parameters(Map<String, Long> values) {

    static Parameters of(HttpExchange exchange) {
      Map<String, Long> values = new HashMap<>();
      for (String pair : exchange.getRequestURI().getQuery().split("&")) {
        int equals = pair.indexOf('=');
        values.put(pair.substring(0, equals), Long.parseLong(pair.substring(equals + 1)));
      }
      return new Parameters(values);
    }

    long get(String name) {
      Long value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException("The request has no parameter " + name);
      }
      return value;
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    }
  }
}
