package dev.outrail.relay.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.capture.MySqlServer;
import java.security.cert.CertPathValidatorException;
import java.sql.SQLException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginRefusalTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1045 | Access denied for user 'r'@'h' (using password: NO)  | PREFERRED | No password was given",
        "1045 | Access denied for user 'r'@'h' (using password: YES) | DISABLED  | requires TLS",
        "1045 | Access denied for user 'r'@'h' (using password: YES) | REQUIRED  | requires a certificate",
        "1045 | Access denied for user 'r'@'h' (using password: YES) | REQUIRED  | mysql.password.file",
        "3159 | Connections using insecure transport are prohibited while --require_secure_transport=ON. | DISABLED | over TLS only",
        "3118 | Access denied for user 'r'@'h'. Account is locked.   | PREFERRED | ACCOUNT UNLOCK",
        "1862 | Your password has expired.                           | PREFERRED | expired",
        "1130 | Host 'h' is not allowed to connect                   | PREFERRED | from this host",
        "0    | SSL Connection required, but not provided by server. | REQUIRED  | has no TLS",
      })
  void saysWhichItWas(int code, String said, String sslMode, String remedy) {
    Finding finding = LoginRefusal.of(new SQLException(said, "28000", code), server(sslMode));

    assertThat(finding.check()).isEqualTo(Check.LOGIN);
    assertThat(finding.problem().what()).contains(said);
    assertThat(finding.problem().remedy()).contains(remedy);
  }

  @Test
  void aCertificateThatIsNotTrustedIsNoServerThatCannotBeReached() {
    SSLHandshakeException handshake = new SSLHandshakeException("no path");
    handshake.initCause(new CertPathValidatorException("Path does not chain with any anchor"));

    Finding finding =
        LoginRefusal.of(
            new SQLException("Communications link failure", handshake), server("VERIFY_CA"));

    assertThat(finding.toString()).contains("Path does not chain").contains("mysql.ssl.truststore");
  }

  @Test
  void aServerThatCannotBeReachedIsNone() {
    @Nullable Finding none =
        LoginRefusal.of(
            new SQLException("Communications link failure", new java.net.ConnectException("no")),
            server("REQUIRED"));

    assertThat(none).isNull();
  }

  @Test
  void aCertificateThatWasSentIsNotTakenForNone() {
    SQLException denied =
        new SQLException("Access denied for user 'r'@'h' (using password: YES)", "28000", 1045);

    assertThat(LoginRefusal.of(denied, server("REQUIRED", "")).toString())
        .contains("mysql.ssl.keystore is not set");
    assertThat(LoginRefusal.of(denied, server("REQUIRED", "client.p12")).toString())
        .contains("another than that in mysql.ssl.keystore");
  }

  private static MySqlServer server(String sslMode) {
    return server(sslMode, "");
  }

  private static MySqlServer server(String sslMode, String keyStore) {
    return new MySqlServer(
        "db",
        3306,
        "relay",
        "secret",
        sslMode,
        "",
        "",
        keyStore,
        "",
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        null);
  }
}
