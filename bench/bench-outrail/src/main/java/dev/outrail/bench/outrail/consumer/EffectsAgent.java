package dev.outrail.bench.outrail.consumer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.apache.kafka.common.TopicPartition;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Tells the runner what was applied, over HTTP on 127.0.0.1:
 *
 * <ul>
 *   <li>{@code GET /ready} answers 200 once the listener has partitions, else 503.
 *   <li>{@code GET /count} answers with {@link EffectsBook#counts}.
 *   <li>{@code GET /effects} answers with {@link EffectsBook#effects}.
 * </ul>
 */
final class EffectsAgent implements AutoCloseable {

  private final HttpServer server;
  private final KafkaListenerEndpointRegistry listeners;

  private EffectsAgent(HttpServer server, KafkaListenerEndpointRegistry listeners) {
    this.server = server;
    this.listeners = listeners;
  }

  /** Listens from now on. */
  static EffectsAgent start(int port, EffectsBook book, KafkaListenerEndpointRegistry listeners)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    EffectsAgent agent = new EffectsAgent(server, listeners);
    server.createContext("/ready", exchange -> answer(exchange, agent.status(), new byte[0]));
    server.createContext(
        "/count",
        exchange -> answer(exchange, 200, book.counts().getBytes(StandardCharsets.US_ASCII)));
    server.createContext("/effects", exchange -> answer(exchange, 200, book.effects()));
    server.start();
    return agent;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private int status() {
    MessageListenerContainer container = listeners.getListenerContainer(PaymentListener.ID);
    Collection<TopicPartition> assigned =
        container == null ? null : container.getAssignedPartitions();
    return assigned == null || assigned.isEmpty() ? 503 : 200;
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
