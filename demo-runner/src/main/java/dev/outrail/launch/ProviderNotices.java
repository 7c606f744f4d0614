package dev.outrail.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Plays the payment provider's part of calling back, signed with the mall's secret, when and as
 * often as asked. Thread-safe.
 */
public final class ProviderNotices {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ALGORITHM = "HmacSHA256";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final Mall mall;

  public ProviderNotices(Mall mall) {
    this.mall = mall;
  }

  /**
   * Says that a payment succeeded.
   *
   * @return the HTTP status of the answer
   */
  public int confirm(long payId, long amount) {
    String body =
        "{\"payId\":%d,\"bizPayNo\":\"test-%d\",\"amount\":%d,\"currency\":\"CNY\",\"status\":\"SUCCESS\"}"
            .formatted(payId, payId, amount);
    HttpRequest request =
        HttpRequest.newBuilder(mall.paymentUri("/notice/pay/order"))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("X-Outrail-Signature", sign(body))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException("the notice of payment " + payId + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private String sign(String body) {
    long time = Instant.now().getEpochSecond();
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(mall.keys().noticeSecret().getBytes(UTF_8), ALGORITHM));
      byte[] signature = mac.doFinal((time + "." + body).getBytes(UTF_8));
      return "t=%d,v1=%s".formatted(time, HexFormat.of().formatHex(signature));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + ALGORITHM, e);
    }
  }
}
