package dev.outrail.order.lookup;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ApiResponse;
import dev.outrail.mall.api.ResultCode;
import dev.outrail.mall.security.MallUser;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Orders for their own users. */
@RestController
final class OrderController {

  private final OrderQueries orders;

  OrderController(OrderQueries orders) {
    this.orders = orders;
  }

  /** Someone else's order answers as one that does not exist, so that ids cannot be probed. */
  @GetMapping("/orders/{orderId}")
  ApiResponse<OrderDetails> order(@PathVariable long orderId, @AuthenticationPrincipal Jwt token) {
    return orders
        .ofUser(orderId, MallUser.of(token).userId())
        .map(ApiResponse::ok)
        .orElseThrow(
            () ->
                new ApiException(
                    ResultCode.ORDER_NOT_EXIST, "order %d does not exist".formatted(orderId)));
  }
}
