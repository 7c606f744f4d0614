package dev.outrail.mall.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.JwtException;

class ServiceTokensTest {

  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private final ServiceTokens tokens = new ServiceTokens(SECRET, Clock.systemUTC());

  @Test
  void theAudienceAcceptsATokenIssuedForIt() {
    String token = tokens.issue("payment-app", "order-app");

    assertThat(tokens.decoderFor("order-app").decode(token).getSubject()).isEqualTo("payment-app");
  }

  @Test
  void anotherAudienceRefusesIt() {
    String token = tokens.issue("payment-app", "order-app");

    assertThatThrownBy(() -> tokens.decoderFor("stock-app").decode(token))
        .isInstanceOf(JwtException.class);
  }

  @Test
  void aTokenOfAnotherSecretIsRefused() {
    String forged =
        new ServiceTokens("another-secret-another-secret-32", Clock.systemUTC())
            .issue("payment-app", "order-app");

    assertThatThrownBy(() -> tokens.decoderFor("order-app").decode(forged))
        .isInstanceOf(JwtException.class);
  }

  @Test
  void aTokenEndsAfterAMinuteAndTheClocksTolerance() {
    Clock twoMinutesAgo = Clock.fixed(Instant.now().minus(Duration.ofMinutes(2)), ZoneOffset.UTC);
    String old = new ServiceTokens(SECRET, twoMinutesAgo).issue("payment-app", "order-app");

    assertThatThrownBy(() -> tokens.decoderFor("order-app").decode(old))
        .isInstanceOf(JwtException.class)
        .hasMessageContaining("expired");
  }

  @Test
  void aTokenIsReusedWhileHalfOfItsLifeIsLeft() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-28T10:00:00Z"));
    InstantSource source = now::get;
    Supplier<String> reusing =
        new ServiceTokens(SECRET, source.withZone(ZoneOffset.UTC))
            .reusing("payment-app", "order-app");

    String first = reusing.get();
    now.updateAndGet(time -> time.plusSeconds(29));
    assertThat(reusing.get()).isEqualTo(first);
    now.updateAndGet(time -> time.plusSeconds(1));
    assertThat(reusing.get()).isNotEqualTo(first);
  }

  @Test
  void aShortSecretIsRefusedWithBothLengths() {
    assertThatThrownBy(() -> new ServiceTokens("short", Clock.systemUTC()))
        .hasMessageContaining("32 bytes")
        .hasMessageContaining("5");
  }
}
