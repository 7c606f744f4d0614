package dev.outrail.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MallPortsTest {

  @Test
  void aDocumentedPortThatIsUsedNeedsNoWord() {
    assertThat(new MallPorts(8126, 8106, 8116, 8190).replacements()).isEmpty();
  }

  @Test
  void aPortThatWasTakenIsNamedWithItsReplacement() {
    assertThat(new MallPorts(8126, 20_001, 8116, 8190).replacements())
        .containsExactly("port 8106 is taken, order-app listens on 20001 instead");
  }

  @Test
  void freePortsAreAllDifferent() {
    MallPorts ports = MallPorts.free();

    assertThat(new int[] {ports.payment(), ports.order(), ports.stock(), ports.relay()})
        .doesNotHaveDuplicates();
  }
}
