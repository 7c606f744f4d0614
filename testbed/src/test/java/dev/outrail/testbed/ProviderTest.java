package dev.outrail.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ProviderTest {

  @Test
  void isAutoUnlessTheSystemPropertySaysOtherwise() {
    assertThat(Provider.parse("")).isEqualTo(Provider.AUTO);
    assertThat(Provider.parse("auto")).isEqualTo(Provider.AUTO);
    assertThat(Provider.parse("embedded")).isEqualTo(Provider.EMBEDDED);
    assertThat(Provider.parse("containers")).isEqualTo(Provider.CONTAINERS);
  }

  @Test
  void aBadValueIsRefusedWithThePropertyAndWhatIsAllowed() {
    assertThatThrownBy(() -> Provider.parse("docker"))
        .hasMessage(
            "System property testbed is \"docker\", allowed are: auto, embedded, containers");
  }
}
