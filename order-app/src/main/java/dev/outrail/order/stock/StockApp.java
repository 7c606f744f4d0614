package dev.outrail.order.stock;

import dev.outrail.mall.client.ServiceClient;
import dev.outrail.mall.security.ServiceTokens;
import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * Asks stock-app. Locking for an order that has its locks changes nothing there, so a request that
 * got no answer is made again a bounded number of times: see {@link ServiceClient}. Thread-safe.
 */
@Component
public class StockApp {

  private final URI url;
  private final ServiceClient client;

  StockApp(StockAppProperties properties, RestClient.Builder http, ServiceTokens tokens) {
    this.url = properties.url();
    this.client = new ServiceClient(http, tokens, "order-app", "stock-app", properties.reach());
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
    return client.call(http -> ask(http, request), StockApp::outcome, this::unavailable);
  }

  private static ResponseEntity<StockAppAnswer> ask(RestClient http, LockRequest request) {
    return http.post()
        .uri("/internal/locks")
        .contentType(MediaType.APPLICATION_JSON)
        .body(request)
        .retrieve()
        // An answer like any other: its code says what it means.
        .onStatus(HttpStatus.CONFLICT::equals, (asked, answered) -> {})
        .toEntity(StockAppAnswer.class);
  }

  private static LockOutcome outcome(ResponseEntity<StockAppAnswer> answer) {
    StockAppAnswer body = answer.getBody();
    if (body == null) {
      throw new RestClientException("an empty body");
    }
    return body.outcome(answer.getStatusCode().value());
  }

  private StockAppUnavailableException unavailable(String what, RuntimeException cause) {
    return new StockAppUnavailableException(
        "stock-app at %s %s (outrail.order.stock-app.url)".formatted(url, what), cause);
  }
}
