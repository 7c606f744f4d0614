package dev.outrail.testbed;

import dev.outrail.testbed.cache.UserCache;
import dev.outrail.testbed.containers.ContainerEngine;
import dev.outrail.testbed.containers.Images;
import dev.outrail.testbed.containers.ObstacleMemo;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Which provider, and why.
 *
 * @param provider never {@link Provider#AUTO}
 * @param reason completes a sentence that starts with the provider
 */
record ProviderChoice(Provider provider, String reason) {
  private static final Duration AUTO_PATIENCE = Duration.ofMinutes(2);
  private static final Duration CONTAINERS_PATIENCE = Duration.ofMinutes(10);
  private static final Set<String> ANNOUNCED = ConcurrentHashMap.newKeySet();

  /** The choice for these options; says it on stdout, once per JVM. */
  static ProviderChoice announced(TestbedOptions options) {
    ProviderChoice choice =
        of(
            options,
            () -> Probe.OBSTACLE,
            () -> ContainerEngine.obstacle(images(), CONTAINERS_PATIENCE));
    String line = "[testbed] %s: %s".formatted(choice.provider.label(), choice.reason);
    if (ANNOUNCED.add(line)) {
      System.out.println(line);
    }
    return choice;
  }

  /**
   * The choice.
   *
   * @param obstacle what is in the way of containers, looked up only for {@link Provider#AUTO}
   * @param patientObstacle the same, for {@link Provider#CONTAINERS}
   */
  static ProviderChoice of(
      TestbedOptions options,
      Supplier<Optional<String>> obstacle,
      Supplier<Optional<String>> patientObstacle) {
    return switch (options.provider()) {
      case EMBEDDED -> new ProviderChoice(Provider.EMBEDDED, "asked for");
      case CONTAINERS -> {
        if (options.folder() != null) {
          throw new IllegalArgumentException(
              "Containers can't keep data in %s: use -Dtestbed=embedded, or no folder"
                  .formatted(options.folder()));
        }
        patientObstacle
            .get()
            .ifPresent(
                what -> {
                  throw new IllegalStateException(
                      "-Dtestbed=containers, but %s. Start an engine that Testcontainers finds, or use -Dtestbed=embedded"
                          .formatted(what));
                });
        yield new ProviderChoice(Provider.CONTAINERS, "asked for; " + String.join(", ", images()));
      }
      case AUTO -> {
        if (options.folder() != null) {
          yield new ProviderChoice(Provider.EMBEDDED, "data is to be kept in a folder");
        }
        yield obstacle
            .get()
            .map(what -> new ProviderChoice(Provider.EMBEDDED, what))
            .orElseGet(
                () ->
                    new ProviderChoice(
                        Provider.CONTAINERS,
                        "a container engine answers and has " + String.join(", ", images())));
      }
    };
  }

  private static List<String> images() {
    return Arrays.stream(Images.values()).map(Images::image).toList();
  }

  /** Once per JVM: pulling may take its two minutes. */
  private static final class Probe {
    static final Optional<String> OBSTACLE =
        new ObstacleMemo(UserCache.ofUser().root(), Clock.systemUTC())
            .or(() -> ContainerEngine.obstacle(images(), AUTO_PATIENCE));
  }
}
