package dev.outrail.payment.paying;

import dev.outrail.mall.api.ApiResponse;
import dev.outrail.mall.security.MallUser;
import dev.outrail.payment.payment.PaidOrders;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Paying, as the mall's shop calls it. */
@RestController
@RequestMapping("/pay")
class PayController {

  private final PayOrders payOrders;
  private final ShowPayment showPayment;
  private final PaidOrders paidOrders;
  private final OrderIds orderIds;
  private final ReturnUrls returnUrls;

  PayController(
      PayOrders payOrders,
      ShowPayment showPayment,
      PaidOrders paidOrders,
      OrderIds orderIds,
      ReturnUrls returnUrls) {
    this.payOrders = payOrders;
    this.showPayment = showPayment;
    this.paidOrders = paidOrders;
    this.orderIds = orderIds;
    this.returnUrls = returnUrls;
  }

  /** The payment's number; whether the money came is asked with {@link #isPay}. */
  @PostMapping(path = "/order", consumes = MediaType.APPLICATION_JSON_VALUE)
  ApiResponse<Long> pay(@AuthenticationPrincipal Jwt token, @RequestBody PayRequest request) {
    return ApiResponse.ok(
        payOrders
            .pay(
                MallUser.of(token),
                orderIds.of(request.orderIds()),
                returnUrls.check(request.returnUrl()))
            .value());
  }

  /** Where a payment of the user who asks stands, and what of it is, or was, paid back. */
  @GetMapping("/{payId:[0-9]+}")
  ApiResponse<ShownPayment> show(
      @AuthenticationPrincipal Jwt token, @PathVariable("payId") long payId) {
    return ApiResponse.ok(showPayment.show(MallUser.of(token).userId(), payId));
  }

  /**
   * Whether each of these orders has an effective payment of the user who asks. An order that could
   * not take its payment counts as not paid, as soon as order-app's rejection has arrived.
   */
  @GetMapping("/isPay/{orderIds}")
  ApiResponse<Boolean> isPay(
      @AuthenticationPrincipal Jwt token, @PathVariable("orderIds") String joined) {
    return ApiResponse.ok(
        paidOrders.allPaidBy(MallUser.of(token).userId(), orderIds.parse(joined)));
  }
}
