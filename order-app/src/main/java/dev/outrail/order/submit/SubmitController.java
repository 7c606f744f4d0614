package dev.outrail.order.submit;

import dev.outrail.mall.api.ApiResponse;
import dev.outrail.mall.api.ResultCode;
import dev.outrail.mall.security.MallUser;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Ordering, as the mall's shop calls it. */
@RestController
class SubmitController {

  private final SubmitOrders submitOrders;

  SubmitController(SubmitOrders submitOrders) {
    this.submitOrders = submitOrders;
  }

  /** The ids of the orders, one per shop, ascending; the same ones for the same key. */
  @PostMapping(path = "/order/submit", consumes = MediaType.APPLICATION_JSON_VALUE)
  ApiResponse<List<Long>> submit(
      @AuthenticationPrincipal Jwt token,
      @RequestHeader(name = IdempotencyKey.HEADER, required = false) @Nullable String key,
      @RequestBody SubmitRequest request) {
    return ApiResponse.ok(
        submitOrders.submit(
            MallUser.of(token).userId(), IdempotencyKey.of(key), WantedItems.of(request)));
  }

  /** Says in {@code data} what there is not enough of. */
  @ExceptionHandler
  ResponseEntity<ApiResponse<List<Long>>> notStock(NotStockException e) {
    return ResponseEntity.status(ResultCode.NOT_STOCK.httpStatus())
        .body(
            new ApiResponse<>(
                ResultCode.NOT_STOCK.code(), String.valueOf(e.getMessage()), e.skuIds()));
  }
}
