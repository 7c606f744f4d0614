package dev.outrail.bench.measure.effect;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What the consumer says.
 *
 * @param applied effects whose commit has returned
 * @param redelivered messages that it had applied before
 */
public record EffectCounts(long applied, long redelivered) {

  static EffectCounts parse(String lines) {
    Properties values = new Properties();
    try {
      values.load(new StringReader(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new EffectCounts(number(values, "applied"), number(values, "redelivered"));
  }

  private static long number(Properties values, String name) {
    return Long.parseLong(values.getProperty(name, "").strip());
  }

  long messages() {
    return applied + redelivered;
  }
}
