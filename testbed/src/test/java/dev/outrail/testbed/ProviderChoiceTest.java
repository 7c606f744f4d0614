package dev.outrail.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProviderChoiceTest {
  private static final Optional<String> NOTHING = Optional.empty();
  private static final Optional<String> NO_ENGINE = Optional.of("no container engine was found");

  @Test
  void autoTakesContainersWhenNothingIsInTheWay() {
    ProviderChoice choice = choose(Provider.AUTO, NOTHING);

    assertThat(choice.provider()).isEqualTo(Provider.CONTAINERS);
    assertThat(choice.reason())
        .isEqualTo("a container engine answers and has mysql:8.4, apache/kafka:4.3.1");
  }

  @Test
  void autoFallsBackToEmbeddedAndSaysWhatWasInTheWay() {
    assertThat(choose(Provider.AUTO, NO_ENGINE))
        .isEqualTo(new ProviderChoice(Provider.EMBEDDED, "no container engine was found"));
  }

  @Test
  void whoAsksForContainersIsToldWhatIsInTheWay() {
    assertThatThrownBy(() -> choose(Provider.CONTAINERS, NO_ENGINE))
        .hasMessageContaining("-Dtestbed=containers, but no container engine was found")
        .hasMessageContaining("-Dtestbed=embedded");
  }

  @Test
  void whoAsksForEmbeddedNeverTouchesAnEngine() {
    var options = TestbedOptions.defaults().withProvider(Provider.EMBEDDED);

    ProviderChoice choice =
        ProviderChoice.of(
            options,
            () -> {
              throw new AssertionError("asked the engine");
            },
            () -> {
              throw new AssertionError("asked the engine");
            });

    assertThat(choice.provider()).isEqualTo(Provider.EMBEDDED);
  }

  @Test
  void dataInAFolderNeedsEmbedded() {
    var options = TestbedOptions.defaults().withFolder(Path.of("kept"));

    assertThat(
            ProviderChoice.of(options.withProvider(Provider.AUTO), () -> NOTHING, () -> NOTHING)
                .provider())
        .isEqualTo(Provider.EMBEDDED);
    assertThatThrownBy(
            () ->
                ProviderChoice.of(
                    options.withProvider(Provider.CONTAINERS), () -> NOTHING, () -> NOTHING))
        .hasMessageContaining("-Dtestbed=embedded");
  }

  private static ProviderChoice choose(Provider provider, Optional<String> obstacle) {
    return ProviderChoice.of(
        TestbedOptions.defaults().withProvider(provider), () -> obstacle, () -> obstacle);
  }
}
