package dev.outrail.order.closing;

import dev.outrail.mall.api.ApiResponse;
import dev.outrail.mall.security.MallUser;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** Cancelling, for the orders' own users. */
@RestController
final class CancelController {

  private final CancelOrder cancelOrder;

  CancelController(CancelOrder cancelOrder) {
    this.cancelOrder = cancelOrder;
  }

  /** The order's id, also when it had been cancelled before. */
  @PutMapping("/orders/{orderId}/cancel")
  ApiResponse<Long> cancel(@PathVariable long orderId, @AuthenticationPrincipal Jwt token) {
    cancelOrder.cancel(MallUser.of(token).userId(), orderId);
    return ApiResponse.ok(orderId);
  }
}
