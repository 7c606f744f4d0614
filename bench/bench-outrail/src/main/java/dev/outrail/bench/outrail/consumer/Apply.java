package dev.outrail.bench.outrail.consumer;

/** How many messages are applied in one transaction. */
enum Apply {
  BATCH,
  SINGLE;

  /**
   * @throws IllegalArgumentException names what it may be
   */
  static Apply of(String name) {
    return switch (name) {
      case "batch" -> BATCH;
      case "single" -> SINGLE;
      default -> throw new IllegalArgumentException("'" + name + "' is neither batch nor single");
    };
  }
}
