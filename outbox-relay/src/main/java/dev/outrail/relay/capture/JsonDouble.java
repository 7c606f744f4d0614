package dev.outrail.relay.capture;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * A number of JSON as MySQL prints it: the fewest digits that mean this double and no other, and of
 * those the nearest; with an exponent below 1e-15 and, if it is whole, from 1e15 up. ({@code
 * Double.toString} has a digit too many for some before Java 19, and at least two from then on.)
 */
final class JsonDouble {

  /** Whole numbers below that are exact, and their digits are the fewest. */
  private static final double EXACT = 1e15;

  /** Where the point may stand, counted from before the first digit, without an exponent. */
  private static final int FIRST_POINT = -14;

  private static final int LAST_POINT = 15;

  private JsonDouble() {}

  static String text(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    if (Math.abs(value) < EXACT && value == Math.rint(value)) {
      return (long) value + ".0";
    }
    BigDecimal shortest = shortest(Math.abs(value)).stripTrailingZeros();
    String digits = shortest.unscaledValue().toString();
    int point = digits.length() - shortest.scale();
    StringBuilder text = new StringBuilder(32);
    if (value < 0) {
      text.append('-');
    }
    if (point < FIRST_POINT || (point > LAST_POINT && point >= digits.length())) {
      text.append(digits, 0, 1);
      if (digits.length() > 1) {
        text.append('.').append(digits, 1, digits.length());
      }
      text.append('e').append(point - 1);
    } else if (point <= 0) {
      text.append("0.").append("0".repeat(-point)).append(digits);
    } else if (point < digits.length()) {
      text.append(digits, 0, point).append('.').append(digits, point, digits.length());
    } else {
      text.append(digits).append("0".repeat(point - digits.length())).append(".0");
    }
    return text.toString();
  }

  /** Java's own digits mean the value, but may be too many, or not the nearest. */
  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    BigDecimal best = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    for (int digits = best.precision(); digits > 0; digits--) {
      BigDecimal fewer = nearest(exact, value, digits);
      if (fewer == null) {
        return best;
      }
      best = fewer;
    }
    return best;
  }

  /**
   * The interval of the numbers that mean a double is not symmetric at powers of two: the nearest
   * number of so many digits may mean another double while the next one means this.
   */
  private static @Nullable BigDecimal nearest(BigDecimal exact, double value, int digits) {
    BigDecimal near = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    if (near.doubleValue() == value) {
      return near;
    }
    BigDecimal other =
        exact.round(
            new MathContext(
                digits, near.compareTo(exact) > 0 ? RoundingMode.DOWN : RoundingMode.UP));
    return other.doubleValue() == value ? other : null;
  }
}
