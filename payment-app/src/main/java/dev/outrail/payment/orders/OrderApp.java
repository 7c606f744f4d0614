package dev.outrail.payment.orders;

import dev.outrail.mall.client.ServiceClient;
import dev.outrail.mall.security.ServiceTokens;
import dev.outrail.payment.payment.OrderId;
import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * Asks order-app. Questions change nothing there, so one that got no answer is put again a bounded
 * number of times: see {@link ServiceClient}. Thread-safe.
 */
@Component
public class OrderApp {

  private final URI url;
  private final ServiceClient client;

  OrderApp(OrderAppProperties properties, RestClient.Builder http, ServiceTokens tokens) {
    this.url = properties.url();
    this.client = new ServiceClient(http, tokens, "payment-app", "order-app", properties.reach());
  }

  /**
   * What order-app knows of these orders; those that it does not know are not in the map. Call it
   * outside a transaction: it may take seconds.
   *
   * @throws OrderAppUnavailableException if it gives no usable answer
   * @throws IllegalStateException if a transaction is open
   */
  public Map<OrderId, Order> find(Collection<OrderId> orderIds) {
    String ids = orderIds.stream().map(OrderId::toString).collect(Collectors.joining(","));
    return client.call(http -> ask(http, ids), OrderApp::byId, this::unavailable);
  }

  private static OrderAppAnswer ask(RestClient http, String ids) {
    OrderAppAnswer answer =
        http.get().uri("/internal/orders?ids={ids}", ids).retrieve().body(OrderAppAnswer.class);
    if (answer == null) {
      throw new RestClientException("an empty body");
    }
    return answer;
  }

  private static Map<OrderId, Order> byId(OrderAppAnswer answer) {
    Map<OrderId, Order> found = new HashMap<>();
    for (Order order : answer.orders()) {
      found.put(order.orderId(), order);
    }
    return found;
  }

  private OrderAppUnavailableException unavailable(String what, RuntimeException cause) {
    return new OrderAppUnavailableException(
        "order-app at %s %s (outrail.payment.order-app.url)".formatted(url, what), cause);
  }
}
