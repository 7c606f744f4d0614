package dev.outrail.order.stock;

import dev.outrail.mall.security.ServiceTokens;
import java.io.IOException;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;

/**
 * Asks stock-app over HTTP, shown by a service token. Locking for an order that has its locks
 * changes nothing there, so a request that got no answer (no connection, time-out, 5xx) is made
 * again a bounded number of times. Thread-safe.
 */
@Component
public class StockApp {

  private static final String SELF = "order-app";
  private static final String AUDIENCE = "stock-app";

  private final StockAppProperties properties;
  private final ServiceTokens tokens;
  private final RestClient http;
  private final RetryTemplate repeating;

  StockApp(StockAppProperties properties, RestClient.Builder http, ServiceTokens tokens) {
    this.properties = properties;
    this.tokens = tokens;
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
   * Locks what the orders need, all of it or nothing. Call it outside a transaction: it may take
   * seconds.
   *
   * @throws StockAppUnavailableException if it gives no usable answer: it may have locked, and the
   *     same request may be made again at any time
   * @throws IllegalStateException if a transaction is open
   */
  public LockOutcome lock(LockRequest request) {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("a remote call inside a database transaction");
    }
    try {
      ResponseEntity<StockAppAnswer> answer = repeating.invoke(() -> ask(request));
      StockAppAnswer body = answer.getBody();
      if (body == null) {
        throw new RestClientException("an empty body");
      }
      return body.outcome(answer.getStatusCode().value());
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

  private ResponseEntity<StockAppAnswer> ask(LockRequest request) {
    return http.post()
        .uri("/internal/locks")
        .header(HttpHeaders.AUTHORIZATION, "Bearer " + tokens.issue(SELF, AUDIENCE))
        .contentType(MediaType.APPLICATION_JSON)
        .body(request)
        .retrieve()
        // An answer like any other: its code says what it means.
        .onStatus(HttpStatus.CONFLICT::equals, (asked, answered) -> {})
        .toEntity(StockAppAnswer.class);
  }

  private static String hint(RestClientResponseException e) {
    return e.getStatusCode().value() == 401
        ? " (is outrail.security.service-secret the one it has?)"
        : "";
  }

  private StockAppUnavailableException unavailable(String what, RuntimeException cause) {
    return new StockAppUnavailableException(
        "stock-app at %s %s (outrail.order.stock-app.url)".formatted(properties.url(), what),
        cause);
  }
}
