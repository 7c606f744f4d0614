package dev.outrail.mall.api;

import java.sql.SQLException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.dao.UncategorizedDataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers 503 instead of 500 while the database cannot be reached, is too busy or takes no writes.
 * What the request asked for may or may not have been done, if the answer to a commit got lost:
 * every request of the mall can be made again.
 */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class LostDatabase {

  private static final Logger log = LoggerFactory.getLogger(LostDatabase.class);

  /** What MySQL says while it is full, out of memory, read-only or offline. */
  private static final Set<Integer> TAKES_NO_WRITES =
      Set.of(1021, 1037, 1041, 1053, 1290, 1792, 1836, 3032, 3100);

  private final ApiExceptionHandler others;

  public LostDatabase(ApiExceptionHandler others) {
    this.others = others;
  }

  @ExceptionHandler({
    CannotCreateTransactionException.class,
    DataAccessResourceFailureException.class,
    RecoverableDataAccessException.class,
    TransientDataAccessException.class
  })
  ResponseEntity<ApiResponse<Void>> unavailable(Exception e) {
    log.warn("Request refused, the database is not available: {}", e.getMessage());
    return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
        .body(
            ApiResponse.error(
                ResultCode.SERVER_ERROR, "the database is not available now; try again later"));
  }

  @ExceptionHandler
  ResponseEntity<ApiResponse<Void>> unavailableOrAFault(UncategorizedDataAccessException e)
      throws Exception {
    return e.getRootCause() instanceof SQLException answer
            && TAKES_NO_WRITES.contains(answer.getErrorCode())
        ? unavailable(e)
        : others.anythingElse(e);
  }
}
