package dev.outrail.mall.api;

import jakarta.validation.ConstraintViolationException;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Turns whatever a controller throws into the envelope, with a status that fits. */
@RestControllerAdvice
public final class ApiExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(ApiExceptionHandler.class);

  @ExceptionHandler
  ResponseEntity<ApiResponse<Object>> refused(ApiException e) {
    if (e.httpStatus() >= 500) {
      log.warn("Request refused: {}", e.getMessage(), e.getCause());
    }
    return ResponseEntity.status(e.httpStatus())
        .body(ApiResponse.error(e.code(), String.valueOf(e.getMessage()), e.data()));
  }

  @ExceptionHandler
  ResponseEntity<ApiResponse<Void>> notReadable(HttpMessageNotReadableException e) {
    return refused(
        ReadableCause.isTooLarge(e) ? HttpStatus.CONTENT_TOO_LARGE : HttpStatus.BAD_REQUEST,
        ReadableCause.of(e));
  }

  @ExceptionHandler
  ResponseEntity<ApiResponse<Void>> notValid(MethodArgumentNotValidException e) {
    return badRequest(
        e.getBindingResult().getFieldErrors().stream()
            .map(error -> error.getField() + " " + error.getDefaultMessage())
            .distinct()
            .sorted()
            .collect(Collectors.joining("; ")));
  }

  @ExceptionHandler
  ResponseEntity<ApiResponse<Void>> notValid(ConstraintViolationException e) {
    return badRequest(
        e.getConstraintViolations().stream()
            .map(violation -> violation.getPropertyPath() + " " + violation.getMessage())
            .sorted()
            .collect(Collectors.joining("; ")));
  }

  @ExceptionHandler
  ResponseEntity<ApiResponse<Void>> wrongType(MethodArgumentTypeMismatchException e) {
    Class<?> type = e.getRequiredType();
    return badRequest(
        "%s is not a %s: '%s'"
            .formatted(e.getName(), type == null ? "value" : type.getSimpleName(), e.getValue()));
  }

  /**
   * Spring's own refusals carry a status and headers; what concerns security is left to its
   * filters; everything else is a fault of ours.
   */
  @ExceptionHandler
  ResponseEntity<ApiResponse<Void>> anythingElse(Exception e) throws Exception {
    if (e instanceof AccessDeniedException || e instanceof AuthenticationException) {
      throw e;
    }
    if (e instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
      return response(
          known.getStatusCode(), known.getHeaders(), known.getBody().getDetail(), e.getMessage());
    }
    String incident = UUID.randomUUID().toString();
    log.error("Request failed, incident {}", incident, e);
    return ResponseEntity.status(ResultCode.SERVER_ERROR.httpStatus())
        .body(
            ApiResponse.error(
                ResultCode.SERVER_ERROR,
                "server error, nothing was changed by it; the log has the cause under incident "
                    + incident));
  }

  private static ResponseEntity<ApiResponse<Void>> response(
      HttpStatusCode status,
      HttpHeaders headers,
      @Nullable String detail,
      @Nullable String message) {
    return ResponseEntity.status(status)
        .headers(headers)
        .body(
            ApiResponse.error(
                ResultCode.INVALID_ARGUMENT, detail != null ? detail : String.valueOf(message)));
  }

  private static ResponseEntity<ApiResponse<Void>> badRequest(String message) {
    return refused(HttpStatus.BAD_REQUEST, message);
  }

  private static ResponseEntity<ApiResponse<Void>> refused(HttpStatus status, String message) {
    return ResponseEntity.status(status)
        .body(ApiResponse.error(ResultCode.INVALID_ARGUMENT, message));
  }
}
