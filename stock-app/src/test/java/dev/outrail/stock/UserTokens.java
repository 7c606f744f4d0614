package dev.outrail.stock;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/** Signs users in, with a key of its own. */
public final class UserTokens {

  private final KeyPair key = newKey();

  /** The public key in a file, as the application takes it. */
  public String publicKeyLocation() {
    try {
      Path file = Files.createTempFile("user-key", ".pem");
      file.toFile().deleteOnExit();
      String body = Base64.getMimeEncoder().encodeToString(key.getPublic().getEncoded());
      Files.writeString(
          file, "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n");
      return file.toUri().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String of(long userId) {
    return of(userId, Instant.now().plusSeconds(600));
  }

  public String of(long userId, Instant expiry) {
    RSAKey jwk =
        new RSAKey.Builder((RSAPublicKey) key.getPublic()).privateKey(key.getPrivate()).build();
    return new NimbusJwtEncoder(new ImmutableJWKSet<>(new JWKSet(jwk)))
        .encode(
            JwtEncoderParameters.from(
                JwtClaimsSet.builder()
                    .subject(Long.toString(userId))
                    .issuedAt(expiry.minusSeconds(3600))
                    .expiresAt(expiry)
                    .build()))
        .getTokenValue();
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
