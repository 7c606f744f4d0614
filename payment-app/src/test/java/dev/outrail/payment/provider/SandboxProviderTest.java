package dev.outrail.payment.provider;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.outrail.payment.notice.NoticeSigner;
import dev.outrail.payment.notice.SigningForTests;
import dev.outrail.payment.payment.Money;
import dev.outrail.payment.payment.PayId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.web.client.RestClient;

class SandboxProviderTest {

  private record Call(String signature, String body) {}

  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
  private final Queue<Integer> answers = new ArrayDeque<>();
  private final NoticeSigner signer = SigningForTests.signer();

  @SuppressWarnings("NullAway.Init")
  private HttpServer shop;

  @BeforeEach
  void listen() throws IOException {
    shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    shop.createContext(
        "/notice",
        exchange -> {
          try (exchange) {
            String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Integer status = answers.poll();
            exchange.sendResponseHeaders(status == null ? 200 : status, -1);
            calls.add(new Call(exchange.getRequestHeaders().getFirst(NoticeSigner.HEADER), body));
          }
        });
    shop.start();
  }

  @AfterEach
  void hangUp() {
    shop.stop(0);
  }

  @Test
  void aPaymentIsConfirmedByASignedCall() throws Exception {
    try (SandboxProvider provider = provider(3, 10)) {
      provider.request(request(5));

      Call call = nextCall();

      assertThat(call.body())
          .isEqualTo(
              "{\"payId\":5,\"bizPayNo\":\"sandbox-5\",\"amount\":100,\"currency\":\"CNY\",\"status\":\"SUCCESS\"}");
      SigningForTests.check(signer, call.signature(), call.body());
    }
  }

  @Test
  void aCallThatFailedIsRepeatedUntilItIsAnsweredWithSuccess() throws Exception {
    answers.addAll(List.of(503, 500));
    try (SandboxProvider provider = provider(5, 10)) {
      provider.request(request(5));

      String first = nextCall().body();
      assertThat(nextCall().body()).isEqualTo(first);
      assertThat(nextCall().body()).isEqualTo(first);
      assertThat(calls.poll(300, MILLISECONDS)).isNull();
    }
  }

  @Test
  void itGivesUpAfterTheLastAttempt() throws Exception {
    answers.addAll(List.of(404, 404, 404, 404, 404));
    try (SandboxProvider provider = provider(2, 10)) {
      provider.request(request(5));

      nextCall();
      nextCall();
      assertThat(calls.poll(300, MILLISECONDS)).isNull();
    }
  }

  @Test
  void itTakesNoMoreThanItCanRememberAndNothingOnceItIsClosed() {
    try (SandboxProvider provider =
        new SandboxProvider(
            properties(1, Duration.ofHours(1), 1), signer, RestClient.builder(), noBooks())) {
      provider.request(request(1));

      assertThatThrownBy(() -> provider.request(request(2)))
          .isInstanceOf(ProviderUnavailableException.class)
          .hasMessageContaining("outrail.payment.sandbox.max-pending");
    }
    SandboxProvider closed = provider(1, 10);
    closed.close();
    assertThatThrownBy(() -> closed.request(request(3)))
        .isInstanceOf(ProviderUnavailableException.class);
  }

  private Call nextCall() throws InterruptedException {
    Call call = calls.poll(10, SECONDS);
    assertThat(call).isNotNull();
    return call;
  }

  private SandboxProvider provider(int attempts, int maxPending) {
    return new SandboxProvider(
        properties(attempts, Duration.ZERO, maxPending), signer, RestClient.builder(), noBooks());
  }

  /** What it pays back is another matter: see the tests of refunds. */
  private static SandboxBooks noBooks() {
    DataSource none = new SimpleDriverDataSource();
    return new SandboxBooks(JdbcClient.create(none), new JdbcTransactionManager(none));
  }

  private SandboxProperties properties(int attempts, Duration confirmAfter, int maxPending) {
    return new SandboxProperties(
        URI.create("http://localhost:" + shop.getAddress().getPort() + "/notice"),
        confirmAfter,
        attempts,
        Duration.ofMillis(5),
        Duration.ofMillis(20),
        Duration.ofSeconds(5),
        maxPending,
        0);
  }

  private static ProviderRequest request(long payId) {
    return new ProviderRequest(new PayId(payId), new Money(100, "CNY"), null);
  }
}
