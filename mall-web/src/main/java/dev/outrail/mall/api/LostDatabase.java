package dev.outrail.mall.api;

import dev.outrail.messaging.jdbc.DatabaseFailures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers 503 instead of 500 while the database cannot be reached, is too busy, takes no writes or
 * lacks a right. What the request asked for may or may not have been done, if the answer to a
 * commit got lost: every request of the mall can be made again.
 */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class LostDatabase {

  private static final Logger log = LoggerFactory.getLogger(LostDatabase.class);

  private final ApiExceptionHandler others;

  public LostDatabase(ApiExceptionHandler others) {
    this.others = others;
  }

  @ExceptionHandler({TransactionException.class, DataAccessException.class})
  ResponseEntity<ApiResponse<Void>> unavailableOrAFault(Exception e) throws Exception {
    if (!DatabaseFailures.passes(e)) {
      return others.anythingElse(e);
    }
    log.warn("Request refused, the database is not available: {}", e.getMessage());
    return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
        .body(
            ApiResponse.error(
                ResultCode.SERVER_ERROR, "the database is not available now; try again later"));
  }
}
