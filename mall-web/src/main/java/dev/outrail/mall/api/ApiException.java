package dev.outrail.mall.api;

import org.jspecify.annotations.Nullable;

/** A request that is refused; the caller gets the code, the status and the message as they are. */
public final class ApiException extends RuntimeException {

  private final ResultCode code;
  private final int httpStatus;
  private final transient @Nullable Object data;

  public ApiException(ResultCode code, String message) {
    this(code, code.httpStatus(), message, null, null);
  }

  private ApiException(
      ResultCode code,
      int httpStatus,
      String message,
      @Nullable Object data,
      @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.httpStatus = httpStatus;
    this.data = data;
  }

  /** Refused with another status than the code usually has. */
  public static ApiException refused(ResultCode code, int httpStatus, String message) {
    return new ApiException(code, httpStatus, message, null, null);
  }

  /**
   * Refused with what a program needs to go on: the message alone is for people.
   *
   * @param data the envelope's {@code data}, written as JSON
   */
  public static ApiException withData(ResultCode code, String message, Object data) {
    return new ApiException(code, code.httpStatus(), message, data, null);
  }

  /** Something this application depends on does not answer; the caller may try again (503). */
  public static ApiException unavailable(String message, @Nullable Throwable cause) {
    return new ApiException(ResultCode.SERVER_ERROR, 503, message, null, cause);
  }

  public ResultCode code() {
    return code;
  }

  public int httpStatus() {
    return httpStatus;
  }

  /** What goes into the envelope's {@code data}; usually null. */
  public @Nullable Object data() {
    return data;
  }
}
