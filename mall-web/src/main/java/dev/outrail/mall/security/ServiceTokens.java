package dev.outrail.mall.security;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/**
 * Tokens by which one application shows itself to another: signed with a secret that both know, for
 * one audience, valid for a minute. A user's token is never one of these. Thread-safe.
 */
public final class ServiceTokens {

  private static final Duration LIFE = Duration.ofMinutes(1);
  private static final int MIN_SECRET_BYTES = 32;

  private final SecretKey key;
  private final JwtEncoder encoder;
  private final Clock clock;

  /**
   * @param secret at least 32 bytes as UTF-8
   * @throws IllegalArgumentException if it is shorter
   */
  public ServiceTokens(String secret, Clock clock) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < MIN_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "a service secret needs at least %d bytes, this one has %d"
              .formatted(MIN_SECRET_BYTES, bytes.length));
    }
    this.key = new SecretKeySpec(bytes, "HmacSHA256");
    this.encoder = new NimbusJwtEncoder(new ImmutableSecret<>(key));
    this.clock = clock;
  }

  /** A token by which {@code issuer} may call {@code audience} during the next minute. */
  public String issue(String issuer, String audience) {
    Instant now = clock.instant();
    JwtClaimsSet claims =
        JwtClaimsSet.builder()
            .issuer(issuer)
            .subject(issuer)
            .audience(List.of(audience))
            .issuedAt(now)
            .expiresAt(now.plus(LIFE))
            .build();
    return encoder
        .encode(JwtEncoderParameters.from(JwsHeader.with(MacAlgorithm.HS256).build(), claims))
        .getTokenValue();
  }

  /**
   * Gives tokens as {@link #issue} does, each one for half of its life before the next is signed:
   * what it gives is good for at least half a minute. Thread-safe.
   */
  public Supplier<String> reusing(String issuer, String audience) {
    record Issued(String token, Instant reusedUntil) {}
    AtomicReference<Issued> last = new AtomicReference<>(new Issued("", Instant.MIN));
    return () -> {
      Issued known = Objects.requireNonNull(last.get());
      Instant now = clock.instant();
      if (now.isBefore(known.reusedUntil())) {
        return known.token();
      }
      Issued next = new Issued(issue(issuer, audience), now.plus(LIFE.dividedBy(2)));
      last.set(next);
      return next.token();
    };
  }

  /** Accepts unexpired tokens of this secret that were issued for {@code audience}. */
  public JwtDecoder decoderFor(String audience) {
    NimbusJwtDecoder decoder =
        NimbusJwtDecoder.withSecretKey(key).macAlgorithm(MacAlgorithm.HS256).build();
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            new JwtTimestampValidator(Duration.ofSeconds(30)), new JwtAudienceValidator(audience)));
    return decoder;
  }
}
