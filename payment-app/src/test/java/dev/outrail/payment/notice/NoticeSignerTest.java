package dev.outrail.payment.notice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoticeSignerTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00.700Z");
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final byte[] BODY = "{\"payId\":1}".getBytes(UTF_8);

  private final NoticeSigner signer = signer(SECRET, NOW);

  @Test
  void theFormIsTheOneThatProvidersAreTold() {
    // printf '1795514400.{"payId":1}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    assertThat(signer.sign(BODY))
        .isEqualTo(
            "t=1795514400,v1=4519fcbddbd73072b4edc6cb49ec6f74b577e500b77df77387c526742b30737f");
  }

  @Test
  void whatItSignedItBelieves() {
    assertThatCode(() -> signer.check(signer.sign(BODY), BODY)).doesNotThrowAnyException();
  }

  @Test
  void anotherBodyTimeOrSecretIsNotBelieved() {
    String signature = signer.sign(BODY);

    assertRefused(signature, "{\"payId\":2}".getBytes(UTF_8));
    assertRefused(signature.replace("t=1795514400", "t=1795514401"), BODY);
    assertRefused(signer(SECRET.replace('0', '1'), NOW).sign(BODY), BODY);
  }

  @ParameterizedTest
  @ValueSource(ints = {-299, -1, 0, 1, 300})
  void aSignatureHoldsWithinTheTolerance(int secondsAgo) {
    String signature = signer(SECRET, NOW.minusSeconds(secondsAgo)).sign(BODY);

    if (secondsAgo == 300) {
      // Whole seconds are signed: 300.7 s ago by now.
      assertRefused(signature, BODY);
    } else {
      assertThatCode(() -> signer.check(signature, BODY)).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-302, -100_000, 301, 100_000})
  void beyondTheToleranceItDoesNot(int secondsAgo) {
    assertThatThrownBy(
            () -> signer.check(signer(SECRET, NOW.minusSeconds(secondsAgo)).sign(BODY), BODY))
        .isInstanceOf(BadSignatureException.class)
        .hasMessageContaining("more than 300 s from now");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "t=1", "v1=00", "t=x,v1=00", "t=1,v1=", "t=1795514400,v1=zz", "t=-1,v1=00"})
  void anythingElseIsNoSignature(String header) {
    assertRefused(header, BODY);
  }

  @Test
  void aMissingHeaderIsNamed() {
    assertThatThrownBy(() -> signer.check(null, BODY))
        .isInstanceOf(BadSignatureException.class)
        .hasMessageContaining("X-Outrail-Signature");
  }

  private void assertRefused(String signature, byte[] body) {
    assertThatThrownBy(() -> signer.check(signature, body))
        .isInstanceOf(BadSignatureException.class);
  }

  private static NoticeSigner signer(String secret, Instant now) {
    return new NoticeSigner(
        new NoticeProperties(secret, Duration.ofMinutes(5)), Clock.fixed(now, ZoneOffset.UTC));
  }
}
