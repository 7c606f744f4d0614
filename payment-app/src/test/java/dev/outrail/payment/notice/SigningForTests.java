package dev.outrail.payment.notice;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.time.Duration;

/** Signs and checks outside a running application. */
public final class SigningForTests {

  private SigningForTests() {}

  public static NoticeSigner signer() {
    return new NoticeSigner(
        new NoticeProperties("0123456789abcdef0123456789abcdef", Duration.ofMinutes(5)),
        Clock.systemUTC());
  }

  /** Throws unless the header signs the body. */
  public static void check(NoticeSigner signer, String header, String body) {
    signer.check(header, body.getBytes(UTF_8));
  }
}
