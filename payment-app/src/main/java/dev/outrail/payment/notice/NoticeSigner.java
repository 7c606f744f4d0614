package dev.outrail.payment.notice;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Signs notices and checks them: HMAC-SHA256 over the time in seconds, a full stop and the body as
 * sent. Header {@value #HEADER}: {@code t=<unix seconds>,v1=<64 hex digits>}. Thread-safe.
 */
@Component
public class NoticeSigner {

  /** The header that carries the signature. */
  public static final String HEADER = "X-Outrail-Signature";

  private static final String ALGORITHM = "HmacSHA256";
  private static final Pattern FORM = Pattern.compile("t=([0-9]{1,12}),v1=([0-9a-f]{64})");

  private final SecretKeySpec key;
  private final Duration tolerance;
  private final Clock clock;

  NoticeSigner(NoticeProperties properties, Clock clock) {
    this.key = new SecretKeySpec(properties.secret().getBytes(StandardCharsets.UTF_8), ALGORITHM);
    this.tolerance = properties.tolerance();
    this.clock = clock;
  }

  /** The value of the header for this body, signed now. */
  public String sign(byte[] body) {
    String time = Long.toString(clock.instant().getEpochSecond());
    return "t=" + time + ",v1=" + HexFormat.of().formatHex(mac(time, body));
  }

  /**
   * Returns if the header is a signature of exactly this body, made within the tolerance.
   *
   * @throws BadSignatureException if not; it says what is wrong
   */
  void check(@Nullable String header, byte[] body) {
    if (header == null) {
      throw new BadSignatureException("header " + HEADER + " is missing");
    }
    Matcher form = FORM.matcher(header);
    if (!form.matches()) {
      throw new BadSignatureException(
          "header " + HEADER + " must be t=<unix seconds>,v1=<64 hex digits>");
    }
    // The signature first: what a stranger wrote into the header decides nothing.
    if (!MessageDigest.isEqual(mac(form.group(1), body), HexFormat.of().parseHex(form.group(2)))) {
      throw new BadSignatureException("the signature does not fit the body and its time");
    }
    Instant signed = Instant.ofEpochSecond(Long.parseLong(form.group(1)));
    if (Duration.between(signed, clock.instant()).abs().compareTo(tolerance) > 0) {
      throw new BadSignatureException(
          "signed at %s, more than %d s from now: sign each call anew and see to the clock"
              .formatted(signed, tolerance.toSeconds()));
    }
  }

  private byte[] mac(String time, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(time.getBytes(StandardCharsets.US_ASCII));
      mac.update((byte) '.');
      return mac.doFinal(body);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("this Java has no " + ALGORITHM, e);
    }
  }
}
