package dev.outrail.testbed.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MySqlPlatformTest {

  @Test
  void linuxAndMacOnX86HaveBinaries() {
    assertThat(MySqlPlatform.of("Linux", "amd64", false)).isEqualTo(MySqlPlatform.LINUX_X86_64);
    assertThat(MySqlPlatform.of("Mac OS X", "x86_64", false)).isEqualTo(MySqlPlatform.MACOS_X86_64);
  }

  @Test
  void everywhereElseTheRemedyIsNamed() {
    assertThatThrownBy(() -> MySqlPlatform.of("Linux", "aarch64", false))
        .hasMessageContaining("Linux on aarch64")
        .hasMessageContaining("-Dtestbed=containers");
    assertThatThrownBy(() -> MySqlPlatform.of("Linux", "amd64", true))
        .hasMessageContaining("amd64 with musl");
    assertThatThrownBy(() -> MySqlPlatform.of("Windows 11", "amd64", false))
        .hasMessageContaining("Windows 11");
  }
}
