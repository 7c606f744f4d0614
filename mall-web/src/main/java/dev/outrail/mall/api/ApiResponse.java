package dev.outrail.mall.api;

import org.jspecify.annotations.Nullable;

/**
 * The body of every response, also of errors.
 *
 * @param code a {@link ResultCode}'s code, {@code 00000} on success
 * @param msg {@code ok}, or what was wrong and what to do
 * @param data the result; on errors null, or what a caller needs to go on
 */
public record ApiResponse<T>(String code, String msg, @Nullable T data) {

  public static <T> ApiResponse<T> ok(T data) {
    return new ApiResponse<>(ResultCode.OK.code(), "ok", data);
  }

  public static ApiResponse<Void> error(ResultCode code, String msg) {
    return new ApiResponse<>(code.code(), msg, null);
  }

  public static <T> ApiResponse<T> error(ResultCode code, String msg, @Nullable T data) {
    return new ApiResponse<>(code.code(), msg, data);
  }
}
