package dev.outrail.payment.running;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;

/** Makes users' tokens, good and forged ones. */
public final class UserTokens {

  private final KeyPair keys = newKeys();
  private final Path publicKey;

  UserTokens() {
    try {
      publicKey = Files.createTempFile("users-", ".pub");
      publicKey.toFile().deleteOnExit();
      Files.writeString(publicKey, pem());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  String publicKeyLocation() {
    return publicKey.toUri().toString();
  }

  public String of(long userId) {
    return signed(claims(userId, Duration.ofMinutes(10)).build());
  }

  public String expired(long userId) {
    return signed(claims(userId, Duration.ofHours(-1)).build());
  }

  public String withoutExpiry(long userId) {
    return signed(claims(userId, Duration.ofMinutes(10)).expirationTime(null).build());
  }

  public String ofNobody() {
    return signed(claims(1, Duration.ofMinutes(10)).subject("admin").build());
  }

  public String signedWithAnotherKey(long userId) {
    return sign(
        JWSAlgorithm.RS256,
        new RSASSASigner(newKeys().getPrivate()),
        claims(userId, Duration.ofMinutes(10)).build());
  }

  public String unsigned(long userId) {
    return new PlainJWT(claims(userId, Duration.ofMinutes(10)).build()).serialize();
  }

  /** HS256 with the public key as its secret: fools who lets the token choose the algorithm. */
  public String macWithThePublicKey(long userId) {
    try {
      return sign(
          JWSAlgorithm.HS256,
          new MACSigner(pem().getBytes(StandardCharsets.UTF_8)),
          claims(userId, Duration.ofMinutes(10)).build());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A good token of one user with the payload of another's. */
  public String altered(long userId, long otherUser) {
    String[] good = of(userId).split("\\.", -1);
    String[] other = of(otherUser).split("\\.", -1);
    return good[0] + "." + other[1] + "." + good[2];
  }

  private String signed(JWTClaimsSet claims) {
    return sign(JWSAlgorithm.RS256, new RSASSASigner(keys.getPrivate()), claims);
  }

  private static String sign(JWSAlgorithm algorithm, JWSSigner signer, JWTClaimsSet claims) {
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(algorithm), claims);
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JWTClaimsSet.Builder claims(long userId, Duration life) {
    return new JWTClaimsSet.Builder()
        .subject(Long.toString(userId))
        .claim("sys_type", 1)
        .expirationTime(Date.from(Instant.now().plus(life)));
  }

  private String pem() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
