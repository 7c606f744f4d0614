package dev.outrail.bench.outrail;

import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.outrail.consumer.OutrailConsumer;
import dev.outrail.bench.outrail.writer.OutrailWriter;

/** Starts what {@code --bench.role=} says. */
public final class OutrailMain {

  private static final String ROLE = "bench.role";

  private OutrailMain() {}

  public static void main(String[] args) {
    String role = BenchArgs.parse(args).get(ROLE);
    switch (role) {
      case "writer" -> OutrailWriter.run(args);
      case "consumer" -> OutrailConsumer.run(args);
      default ->
          throw new IllegalArgumentException(
              "Unknown role '%s' in --%s: it is 'writer' or 'consumer'".formatted(role, ROLE));
    }
  }
}
