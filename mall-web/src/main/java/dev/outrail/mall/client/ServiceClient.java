package dev.outrail.mall.client;

import dev.outrail.mall.security.ServiceTokens;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;

/**
 * Asks another application of the mall over HTTP, shown by a service token. For requests that may
 * be made twice: one that got no answer (no connection, time-out, 5xx) is made again a bounded
 * number of times. Thread-safe.
 */
public final class ServiceClient {

  private final RestClient http;
  private final RetryTemplate repeating;

  /**
   * How the other application is reached.
   *
   * @param url where it is, with its context path
   * @param connectTimeout how long a connection may take
   * @param readTimeout how long an answer may take, per try
   * @param retries how often a request is made again after a failed try
   * @param retryDelay the pause before the first repetition; doubled for each further one
   */
  public record Reach(
      URI url, Duration connectTimeout, Duration readTimeout, int retries, Duration retryDelay) {}

  /**
   * @param self who asks
   * @param audience who is asked
   */
  public ServiceClient(
      RestClient.Builder http, ServiceTokens tokens, String self, String audience, Reach reach) {
    Supplier<String> token = tokens.reusing(self, audience);
    this.http =
        http.baseUrl(reach.url())
            .requestFactory(
                ClientHttpRequestFactoryBuilder.jdk()
                    .build(
                        HttpClientSettings.defaults()
                            .withTimeouts(reach.connectTimeout(), reach.readTimeout())
                            .withRedirects(HttpRedirects.DONT_FOLLOW)))
            // Asked for with each request: a token lives for a minute.
            .requestInitializer(request -> request.getHeaders().setBearerAuth(token.get()))
            .build();
    this.repeating =
        new RetryTemplate(
            RetryPolicy.builder()
                .maxRetries(reach.retries())
                .delay(reach.retryDelay())
                .multiplier(2)
                .predicate(
                    failure -> failure instanceof HttpServerErrorException || isLost(failure))
                .build());
  }

  /**
   * Makes the request and reads its answer. Call it outside a transaction: it may take seconds.
   *
   * @param request gets the answer; called again if there is none
   * @param reader makes sense of it; throws IllegalArgumentException or RestClientException if it
   *     cannot
   * @param unavailable makes the exception that says so, from what happened and its cause
   * @throws IllegalStateException if a transaction is open
   */
  public <A, T> T call(
      Function<RestClient, A> request,
      Function<A, T> reader,
      BiFunction<String, RuntimeException, ? extends RuntimeException> unavailable) {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("a remote call inside a database transaction");
    }
    try {
      return reader.apply(repeating.invoke(() -> request.apply(http)));
    } catch (RestClientResponseException e) {
      throw unavailable.apply("answered with status " + e.getStatusCode().value() + hint(e), e);
    } catch (RestClientException | IllegalArgumentException e) {
      throw unavailable.apply(
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

  private static String hint(RestClientResponseException e) {
    return e.getStatusCode().value() == 401
        ? " (is outrail.security.service-secret the one it has?)"
        : "";
  }
}
