package dev.outrail.bench;

import java.util.Locale;

/** What is asked; the names are those of the option {@code --only}. */
enum Question {
  DRAIN,
  LATENESS,
  WRITER,
  APPLY,
  FLOW,
  OPERATE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
