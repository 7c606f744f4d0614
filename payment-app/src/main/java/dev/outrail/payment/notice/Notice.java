package dev.outrail.payment.notice;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The provider's word on a payment.
 *
 * @param bizPayNo the number that the payment has at the provider, 1 to 64 visible ASCII characters
 * @param amount minor units
 * @param currency ISO 4217
 * @param status {@value #SUCCESS}
 */
public record Notice(
    long payId,
    @Nullable String bizPayNo,
    long amount,
    @Nullable String currency,
    @Nullable String status) {

  /** The only status there is so far: the money is there. */
  public static final String SUCCESS = "SUCCESS";

  private static final Pattern BIZ_PAY_NO = Pattern.compile("[!-~]{1,64}");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  /** As it is sent and signed. */
  public byte[] toJson() {
    return JSON.writeValueAsBytes(this);
  }

  /**
   * Reads what was sent.
   *
   * @throws MalformedNoticeException if it is not JSON, or a field is missing or not allowed
   */
  static Notice read(byte[] body) {
    Notice notice;
    try {
      notice = JSON.readValue(body, Notice.class);
    } catch (JacksonException e) {
      throw new MalformedNoticeException("the notice is not JSON of the expected form", e);
    }
    if (notice == null) {
      throw new MalformedNoticeException("the notice is empty", null);
    }
    notice.validate();
    return notice;
  }

  private void validate() {
    require(payId >= 1, "payId must be 1 or more");
    require(
        bizPayNo != null && BIZ_PAY_NO.matcher(bizPayNo).matches(),
        "bizPayNo must be 1 to 64 visible ASCII characters");
    require(amount >= 1, "amount must be 1 or more, in minor units");
    require(currency != null, "currency is missing");
    require(SUCCESS.equals(status), "status must be " + SUCCESS);
  }

  private static void require(boolean held, String otherwise) {
    if (!held) {
      throw new MalformedNoticeException(otherwise, null);
    }
  }
}
