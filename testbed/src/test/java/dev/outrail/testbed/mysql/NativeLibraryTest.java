package dev.outrail.testbed.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class NativeLibraryTest {

  @Test
  void saysWhatToInstallOnWhichDistribution() {
    assertThat(NativeLibrary.of("libaio.so.1").howToInstall())
        .contains("libaio1 or libaio1t64 (Debian, Ubuntu)")
        .contains("libaio (Fedora, RHEL, Arch)");
  }

  @Test
  void aLibraryThatNobodyThoughtOfIsNamedToo() {
    assertThatThrownBy(() -> NativeLibrary.of("libnew.so.7"))
        .hasMessageContaining("libnew.so.7")
        .hasMessageContaining("-Dtestbed=containers");
  }
}
