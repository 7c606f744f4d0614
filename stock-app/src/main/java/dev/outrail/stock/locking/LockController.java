package dev.outrail.stock.locking;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ApiResponse;
import dev.outrail.stock.ledger.HeldStock;
import java.util.List;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Where order-app locks the stock of orders that it is submitting. */
@RestController
final class LockController {

  private final LockStock lockStock;

  LockController(LockStock lockStock) {
    this.lockStock = lockStock;
  }

  /** Success means that all is locked, also when it was before; anything else changed nothing. */
  @PostMapping(path = "/internal/locks", consumes = MediaType.APPLICATION_JSON_VALUE)
  ApiResponse<Boolean> lock(@RequestBody LockRequest request) {
    lock(request.locks()).orRefuse();
    return ApiResponse.ok(true);
  }

  private LockOutcome lock(List<HeldStock> wanted) {
    try {
      return lockStock.lock(wanted);
    } catch (ConcurrencyFailureException | DuplicateKeyException e) {
      throw ApiException.unavailable(
          "the database is too busy to lock stock now, nothing was locked; call again", e);
    }
  }
}
