package dev.outrail.relay.check;

import dev.outrail.relay.capture.MySqlServer;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of password, TLS and certificate it was that a login failed of, as far as the server's
 * answer tells: MySQL has one answer for a wrong password, an account that is not there, and one
 * that requires TLS or a certificate.
 */
final class LoginRefusal {

  private static final int ER_ACCESS_DENIED = 1045;

  /** Answers that say what it is. */
  private static final Map<Integer, String> REMEDIES =
      Map.of(
          1130,
          "The account may not log in from this host: CREATE USER … @'<this host>', or @'%'.",
          1251,
          "The account's authentication plugin is not one that the driver knows: ALTER USER … IDENTIFIED WITH caching_sha2_password BY '…'.",
          1698,
          "The account logs in without a password (auth_socket, say): ALTER USER … IDENTIFIED WITH caching_sha2_password BY '…'.",
          1820,
          "The password has expired: ALTER USER … IDENTIFIED BY '…';",
          1862,
          "The password has expired: ALTER USER … IDENTIFIED BY '…';",
          3118,
          "The account is locked: ALTER USER … ACCOUNT UNLOCK;",
          3159,
          "The server takes logins over TLS only: set mysql.ssl.mode to REQUIRED, VERIFY_CA or VERIFY_IDENTITY.",
          3955,
          "The account is blocked after too many wrong passwords: ALTER USER … ACCOUNT UNLOCK; and correct mysql.password.");

  private LoginRefusal() {}

  /** Null if the server did not refuse, but could not be reached, say. */
  static @Nullable Finding of(SQLException failure, MySqlServer server) {
    String remedy = remedy(failure, server);
    return remedy == null
        ? null
        : Check.LOGIN.finds(
            "MySQL at %s refuses the login: %s.".formatted(server, said(failure)), remedy);
  }

  private static @Nullable String remedy(SQLException failure, MySqlServer server) {
    String message = String.valueOf(failure.getMessage());
    if (failure.getErrorCode() == ER_ACCESS_DENIED) {
      return message.contains("using password: NO")
          ? "No password was given: set mysql.password or mysql.password.file."
          : "Check mysql.user and mysql.password (or mysql.password.file), and that the account exists for this host."
              + " MySQL says the same "
              + hiddenReason(server);
    }
    String known = REMEDIES.get(failure.getErrorCode());
    return known == null ? ofTls(failure, server) : known;
  }

  private static String hiddenReason(MySqlServer server) {
    String show = "SHOW CREATE USER tells what the account requires.";
    if (server.sslMode().equals("DISABLED")) {
      return "of an account that requires TLS, which mysql.ssl.mode=DISABLED rules out; " + show;
    }
    return "of an account that requires a certificate (REQUIRE X509, ISSUER, SUBJECT) and gets "
        + (server.keyStore().isEmpty()
            ? "none, because mysql.ssl.keystore is not set; "
            : "another than that in mysql.ssl.keystore; ")
        + show;
  }

  /** What the driver says before the server has looked at the account. */
  private static @Nullable String ofTls(SQLException failure, MySqlServer server) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof CertificateException
          || cause instanceof CertPathValidatorException
          || cause instanceof CertPathBuilderException) {
        return "The server's certificate is not trusted: set mysql.ssl.truststore to one that has its CA, mysql.host to the"
            + " name in the certificate, or a weaker mysql.ssl.mode than %s."
                .formatted(server.sslMode());
      }
      if (message.contains("SSL Connection required, but not")) {
        return "The server has no TLS: configure it there, or set mysql.ssl.mode to PREFERRED.";
      }
      if (cause.getClass().getSimpleName().equals("SSLParamsException")) {
        return "Check mysql.ssl.truststore, mysql.ssl.keystore and their passwords.";
      }
    }
    return null;
  }

  private static String said(SQLException failure) {
    Throwable root = failure;
    while (failure.getErrorCode() == 0 && root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }
}
