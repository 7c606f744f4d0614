package dev.outrail.mall.api;

import org.jspecify.annotations.Nullable;

/** A request that is refused; the caller gets the code, the status and the message as they are. */
public final class ApiException extends RuntimeException {

  private final ResultCode code;
  private final int httpStatus;

  public ApiException(ResultCode code, String message) {
    this(code, code.httpStatus(), message, null);
  }

  private ApiException(ResultCode code, int httpStatus, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.httpStatus = httpStatus;
  }

  /** Refused with another status than the code usually has. */
  public static ApiException refused(ResultCode code, int httpStatus, String message) {
    return new ApiException(code, httpStatus, message, null);
  }

  /** Something this application depends on does not answer; the caller may try again (503). */
  public static ApiException unavailable(String message, @Nullable Throwable cause) {
    return new ApiException(ResultCode.SERVER_ERROR, 503, message, cause);
  }

  public ResultCode code() {
    return code;
  }

  public int httpStatus() {
    return httpStatus;
  }
}
