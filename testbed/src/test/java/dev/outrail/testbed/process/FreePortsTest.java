package dev.outrail.testbed.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

final class FreePortsTest {

  @Test
  void noPortIsGivenTwice() {
    var ports = new HashSet<Integer>();
    for (int i = 0; i < 200; i++) {
      assertThat(ports.add(FreePorts.reserve())).isTrue();
    }
  }

  @Test
  void portsLieBelowThoseOfOutgoingConnections() {
    assertThat(FreePorts.reserve()).isBetween(17_000, 31_999);
  }

  @Test
  void aPortInUseIsNotFree() throws IOException {
    int port = FreePorts.reserve();
    assertThat(FreePorts.isFree(port)).isTrue();

    try (var server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(FreePorts.isFree(server.getLocalPort())).isFalse();
    }
  }
}
