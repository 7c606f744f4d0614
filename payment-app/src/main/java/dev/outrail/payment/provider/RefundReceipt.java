package dev.outrail.payment.provider;

import java.util.regex.Pattern;

/**
 * The provider has paid back, or will without being asked again.
 *
 * @param refundNo the number that it gave the refund, 1 to 64 visible ASCII characters
 */
public record RefundReceipt(String refundNo) {

  private static final Pattern REFUND_NO = Pattern.compile("[!-~]{1,64}");

  /**
   * @throws IllegalArgumentException if the number is none that can be stored
   */
  public RefundReceipt {
    if (!REFUND_NO.matcher(refundNo).matches()) {
      throw new IllegalArgumentException(
          "a refund's number has 1 to 64 visible ASCII characters, not '%s'".formatted(refundNo));
    }
  }
}
