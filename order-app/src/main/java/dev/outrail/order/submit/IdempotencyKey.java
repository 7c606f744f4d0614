package dev.outrail.order.submit;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a client calls one purchase, so that it is made once however often it is asked for. */
record IdempotencyKey(String value) {

  /** The header that carries it. */
  static final String HEADER = "Idempotency-Key";

  private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]{1,64}");

  /**
   * From a request's header.
   *
   * @throws ApiException INVALID_ARGUMENT if it is missing or not 1 to 64 visible ASCII characters
   */
  static IdempotencyKey of(@Nullable String header) {
    if (header == null || !VISIBLE_ASCII.matcher(header).matches()) {
      throw new ApiException(
          ResultCode.INVALID_ARGUMENT,
          ("send a header '%s' of 1 to 64 visible ASCII characters: a new one for each purchase,"
                  + " the same one to ask for it again")
              .formatted(HEADER));
    }
    return new IdempotencyKey(header);
  }
}
