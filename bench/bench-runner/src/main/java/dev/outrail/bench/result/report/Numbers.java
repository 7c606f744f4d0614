package dev.outrail.bench.result.report;

import dev.outrail.bench.result.Figures;
import java.math.BigDecimal;
import java.math.MathContext;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.Locale;

/**
 * Figures as text: as many digits as mean something, thousands apart, the point as decimal mark.
 */
final class Numbers {

  /** Between thousands: a space at which no line is broken. */
  static final char GAP = '\u00a0';

  private static final int ROUNDS_FOR_MIDDLE_HALF = 5;
  private static final double MUCH_NARROWER = 0.25;

  private Numbers() {}

  static String text(double value) {
    if (!Double.isFinite(value)) {
      return "not a number";
    }
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    if (size < 0.1) {
      return new BigDecimal(value).round(new MathContext(2)).toPlainString();
    }
    return format(size >= 99.95 ? "#,##0" : size >= 9.995 ? "0.0" : "0.00", value);
  }

  /** Of things that are counted. */
  static String count(double value) {
    return format("#,##0", value);
  }

  /**
   * The median; with more than one round, the lowest and the highest in parentheses; with many, and
   * where it is much narrower, the middle half in brackets.
   */
  static String text(Figures figures) {
    String median = text(figures.median());
    if (figures.rounds() == 1) {
      return median;
    }
    String all = " (" + range(figures.min(), figures.max()) + ")";
    double low = figures.quantile(0.25);
    double high = figures.quantile(0.75);
    boolean saysMore =
        figures.rounds() >= ROUNDS_FOR_MIDDLE_HALF && high - low < MUCH_NARROWER * figures.spread();
    return median + all + (saysMore ? " [" + range(low, high) + "]" : "");
  }

  static String range(double low, double high) {
    return text(low) + "–" + text(high);
  }

  private static String format(String pattern, double value) {
    return new DecimalFormat(pattern, symbols()).format(value);
  }

  static DecimalFormatSymbols symbols() {
    DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(Locale.ROOT);
    symbols.setGroupingSeparator(GAP);
    return symbols;
  }

  /** For those who ask for a format; it does not read. */
  static NumberFormat format() {
    return new NumberFormat() {
      @Override
      public StringBuffer format(double value, StringBuffer to, FieldPosition at) {
        return to.append(text(value));
      }

      @Override
      public StringBuffer format(long value, StringBuffer to, FieldPosition at) {
        return to.append(text((double) value));
      }

      @Override
      public Number parse(String text, ParsePosition at) {
        throw new UnsupportedOperationException("writes only");
      }
    };
  }
}
