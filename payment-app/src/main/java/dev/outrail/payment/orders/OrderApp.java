package dev.outrail.payment.orders;

import dev.outrail.mall.security.ServiceTokens;
import dev.outrail.payment.payment.OrderId;
import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;

/**
 * Asks order-app over HTTP, shown by a service token. Questions change nothing there, so one that
 * got no answer (no connection, time-out, 5xx) is put again a bounded number of times. Thread-safe.
 */
@Component
public class OrderApp {

  private static final String SELF = "payment-app";
  private static final String AUDIENCE = "order-app";

  private final OrderAppProperties properties;
  private final ServiceTokens tokens;
  private final RestClient http;
  private final RetryTemplate repeating;

  OrderApp(OrderAppProperties properties, RestClient.Builder http, Clock clock) {
    this.properties = properties;
    this.tokens = new ServiceTokens(properties.serviceSecret(), clock);
    this.http =
        http.baseUrl(properties.url())
            .requestFactory(
                ClientHttpRequestFactoryBuilder.jdk()
                    .build(
                        HttpClientSettings.defaults()
                            .withTimeouts(properties.connectTimeout(), properties.readTimeout())
                            .withRedirects(HttpRedirects.DONT_FOLLOW)))
            .build();
    this.repeating =
        new RetryTemplate(
            RetryPolicy.builder()
                .maxRetries(properties.retries())
                .delay(properties.retryDelay())
                .multiplier(2)
                .predicate(
                    failure -> failure instanceof HttpServerErrorException || isLost(failure))
                .build());
  }

  /**
   * What order-app knows of these orders; those that it does not know are not in the map. Call it
   * outside a transaction: it may take seconds.
   *
   * @throws OrderAppUnavailableException if it gives no usable answer
   * @throws IllegalStateException if a transaction is open
   */
  public Map<OrderId, Order> find(Collection<OrderId> orderIds) {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("a remote call inside a database transaction");
    }
    String ids = orderIds.stream().map(OrderId::toString).collect(Collectors.joining(","));
    try {
      OrderAppAnswer answer = repeating.invoke(() -> ask(ids));
      Map<OrderId, Order> found = new HashMap<>();
      for (Order order : answer.orders()) {
        found.put(order.orderId(), order);
      }
      return found;
    } catch (RestClientResponseException e) {
      throw unavailable("answered with status " + e.getStatusCode().value() + hint(e), e);
    } catch (RestClientException | IllegalArgumentException e) {
      throw unavailable(
          isLost(e) ? "does not answer" : "sent what is not an answer: " + e.getMessage(), e);
    }
  }

  /** No connection, or one that broke or went silent, be it in the middle of an answer. */
  private static boolean isLost(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return true;
      }
    }
    return false;
  }

  private OrderAppAnswer ask(String ids) {
    OrderAppAnswer answer =
        http.get()
            .uri("/internal/orders?ids={ids}", ids)
            .header(HttpHeaders.AUTHORIZATION, "Bearer " + tokens.issue(SELF, AUDIENCE))
            .retrieve()
            .body(OrderAppAnswer.class);
    if (answer == null) {
      throw new RestClientException("an empty body");
    }
    return answer;
  }

  private static String hint(RestClientResponseException e) {
    return e.getStatusCode().value() == 401
        ? " (is outrail.payment.order-app.service-secret the one it has?)"
        : "";
  }

  private OrderAppUnavailableException unavailable(String what, RuntimeException cause) {
    return new OrderAppUnavailableException(
        "order-app at %s %s (outrail.payment.order-app.url)".formatted(properties.url(), what),
        cause);
  }
}
