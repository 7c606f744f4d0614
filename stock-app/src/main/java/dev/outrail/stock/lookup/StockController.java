package dev.outrail.stock.lookup;

import dev.outrail.mall.api.ApiResponse;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Stock for any user's shop front; locks for applications only, for they show others' orders. */
@RestController
final class StockController {

  private final StockQueries stocks;

  StockController(StockQueries stocks) {
    this.stocks = stocks;
  }

  @GetMapping("/stocks/{skuId}")
  ApiResponse<SkuStock> stock(@PathVariable long skuId) {
    return stocks
        .stock(skuId)
        .map(ApiResponse::ok)
        .orElseThrow(
            () ->
                new ResponseStatusException(
                    HttpStatus.NOT_FOUND, "SKU %d does not exist".formatted(skuId)));
  }

  /** An order for which nothing was ever held answers with an empty list. */
  @GetMapping("/orders/{orderId}/locks")
  ApiResponse<List<StockLock>> locks(@PathVariable long orderId) {
    return ApiResponse.ok(stocks.locks(orderId));
  }
}
