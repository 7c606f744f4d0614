package dev.outrail.launch;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;

/**
 * Keys and secrets made for one run and forgotten with it: the key pair that signs users' tokens,
 * the secret between the applications, and the payment provider's. Thread-safe.
 */
public final class MallKeys {

  private final KeyPair users;
  private final String serviceSecret = randomSecret();
  private final String noticeSecret = randomSecret();

  private MallKeys(KeyPair users) {
    this.users = users;
  }

  /** New keys. */
  public static MallKeys generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return new MallKeys(generator.generateKeyPair());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no RSA", e);
    }
  }

  /** A user's token, as a login would give it. */
  public String userToken(long userId, Duration validity) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .subject(Long.toString(userId))
            .claim("sys_type", 0)
            .issueTime(Date.from(Instant.now()))
            .expirationTime(Date.from(Instant.now().plus(validity)))
            .build();
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.RS256), claims);
    try {
      token.sign(new RSASSASigner(users.getPrivate()));
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign a token", e);
    }
    return token.serialize();
  }

  /** Writes the public key, by which the applications check users' tokens, as PEM. */
  Path writePublicKey(Path folder) throws IOException {
    String body =
        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(users.getPublic().getEncoded());
    return Files.writeString(
        folder.resolve("users-public-key.pem"),
        "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n");
  }

  /**
   * A token by which the application {@code from} shows itself to {@code audience} for a minute.
   */
  public String serviceToken(String from, String audience) {
    Instant now = Instant.now();
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(from)
            .subject(from)
            .audience(audience)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(60)))
            .build();
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    try {
      token.sign(new MACSigner(serviceSecret));
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign a token", e);
    }
    return token.serialize();
  }

  String serviceSecret() {
    return serviceSecret;
  }

  String noticeSecret() {
    return noticeSecret;
  }

  private static String randomSecret() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }
}
