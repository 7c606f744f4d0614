package dev.outrail.testbed.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TcpProxyTest {
  private ServerSocket echo;
  private TcpProxy proxy;

  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::serve);
    proxy = TcpProxy.to("127.0.0.1", echo.getLocalPort());
  }

  @AfterEach
  void end() throws IOException {
    proxy.close();
    echo.close();
  }

  @Test
  void forwardsEveryByteBothWaysAndTheEndOfEachDirection() throws Exception {
    byte[] sent = new byte[5_000_000];
    new Random(1).nextBytes(sent);
    try (Socket client = connect()) {
      var received = CompletableFuture.supplyAsync(() -> readAll(client));
      client.getOutputStream().write(sent);
      client.shutdownOutput();

      assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(sent);
    }
    await().until(() -> proxy.connections() == 0);
  }

  @Test
  void aCutResetsWhatIsOpenAndRefusesWhatIsNew() throws Exception {
    try (Socket client = connect()) {
      say(client, "before");
      assertThat(hear(client, 6)).isEqualTo("before");

      proxy.cut();

      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
      assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
      assertThat(proxy.connections()).isZero();

      proxy.restore();
      try (Socket next = connect()) {
        say(next, "after");
        assertThat(hear(next, 5)).isEqualTo("after");
      }
    }
  }

  @Test
  void aRestoreMayFollowACutAtOnce() throws Exception {
    for (int i = 0; i < 300; i++) {
      proxy.cut();
      proxy.restore();
    }
    try (Socket client = connect()) {
      say(client, "x");
      assertThat(hear(client, 1)).isEqualTo("x");
    }
  }

  @Test
  void inAStallConnectionsStayOpenAndSilentAndNothingIsLost() throws Exception {
    try (Socket client = connect()) {
      say(client, "1");
      assertThat(hear(client, 1)).isEqualTo("1");

      proxy.stall();
      say(client, "2");
      assertSilent(client);
      try (Socket next = connect()) {
        say(next, "new");
        assertSilent(next);

        proxy.restore();
        assertThat(hear(client, 1)).isEqualTo("2");
        assertThat(hear(next, 3)).isEqualTo("new");
      }
    }
  }

  @Test
  void aStallAlsoHidesThatTheOtherSideHasGone() throws Exception {
    try (Socket client = connect()) {
      say(client, "1");
      assertThat(hear(client, 1)).isEqualTo("1");

      proxy.stall();
      say(client, "!"); // the echo server closes at this, once it hears it
      assertSilent(client);

      proxy.restore();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aStallAfterACutAcceptsAgainAndACutEndsAStall() throws Exception {
    proxy.cut();
    proxy.stall();
    try (Socket client = connect()) {
      say(client, "x");
      assertSilent(client);

      proxy.cut();
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }
    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
  }

  @Test
  void aTargetThatIsDownEndsTheConnectionAndOneThatComesBackIsFound() throws Exception {
    int port = echo.getLocalPort();
    echo.close();
    try (Socket client = connect()) {
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    echo = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    daemon(this::serve);
    try (Socket client = connect()) {
      say(client, "back");
      assertThat(hear(client, 4)).isEqualTo("back");
    }
  }

  @Test
  void aClosedProxyStaysClosed() {
    proxy.close();

    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    assertThatThrownBy(proxy::restore).isInstanceOf(IllegalStateException.class);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(proxy.host(), proxy.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void assertSilent(Socket client) throws IOException {
    client.setSoTimeout(300);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    client.setSoTimeout(10_000);
  }

  private static void say(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String hear(Socket client, int count) throws IOException {
    return new String(client.getInputStream().readNBytes(count), StandardCharsets.US_ASCII);
  }

  private static byte[] readAll(Socket client) {
    try {
      return client.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void serve() {
    ServerSocket server = echo;
    try {
      while (true) {
        Socket socket = server.accept();
        daemon(() -> echo(socket));
      }
    } catch (IOException e) {
      // closed by the test
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      byte[] buffer = new byte[8_192];
      for (int count = socket.getInputStream().read(buffer);
          count > 0 && !(count == 1 && buffer[0] == '!');
          count = socket.getInputStream().read(buffer)) {
        socket.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException e) {
      // the client is gone
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
  }
}
