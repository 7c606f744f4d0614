package dev.outrail.testbed;

import java.util.Arrays;
import java.util.Locale;

/** Where the servers come from. */
public enum Provider {
  /** Containers when an engine answers and the images are there or can be pulled, else embedded. */
  AUTO,
  /** Child processes, from binaries that travel with this module. */
  EMBEDDED,
  /** Containers; needs a container engine. */
  CONTAINERS;

  /** The system property that chooses one, in lower case. */
  public static final String PROPERTY = "testbed";

  /** What the system property says; {@link #AUTO} without it. */
  public static Provider fromSystemProperty() {
    return parse(System.getProperty(PROPERTY, ""));
  }

  static Provider parse(String value) {
    if (value.isBlank()) {
      return AUTO;
    }
    return Arrays.stream(values())
        .filter(provider -> provider.label().equals(value.strip().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "System property %s is \"%s\", allowed are: auto, embedded, containers"
                        .formatted(PROPERTY, value)));
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
