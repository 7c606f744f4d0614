package dev.outrail.relay.capture;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where MySQL is and how to log in.
 *
 * @param sslMode one of DISABLED, PREFERRED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY
 * @param trustStore path of a trust store, empty for the JVM's own
 * @param keyStore path of a key store with the client's certificate, empty for none
 * @param deadAfter how long the server may take for an answer; a half-open connection would keep
 *     its user waiting for ever
 * @param createdAtZone the zone in which writers fill a DATETIME column {@code created_at}; null if
 *     that is not known, so that such a column tells no time
 */
public record MySqlServer(
    String host,
    int port,
    String user,
    String password,
    String sslMode,
    String trustStore,
    String trustStorePassword,
    String keyStore,
    String keyStorePassword,
    Duration connectTimeout,
    Duration deadAfter,
    @Nullable ZoneId createdAtZone) {

  /** What a snapshot's query may take until its first row. */
  private static final Duration SORTING = Duration.ofMinutes(10);

  /**
   * A new connection with UTC as its time zone, results in UTF-8, and bounded waits; the caller
   * closes it.
   */
  public Connection connect() throws SQLException {
    return connect(deadAfter);
  }

  /** The same for queries that sort a table's keys before they answer. */
  public Connection connectPatiently() throws SQLException {
    return connect(deadAfter.compareTo(SORTING) > 0 ? deadAfter : SORTING);
  }

  /** The same, with a bound for each answer. */
  public Connection connect(Duration answer) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("sslMode", sslMode);
    if (!trustStore.isEmpty()) {
      properties.setProperty("trustCertificateKeyStoreUrl", "file:" + trustStore);
      properties.setProperty("trustCertificateKeyStorePassword", trustStorePassword);
    }
    if (!keyStore.isEmpty()) {
      properties.setProperty("clientCertificateKeyStoreUrl", "file:" + keyStore);
      properties.setProperty("clientCertificateKeyStorePassword", keyStorePassword);
    }
    if (sslMode.equals("DISABLED") || sslMode.equals("PREFERRED")) {
      properties.setProperty("allowPublicKeyRetrieval", "true"); // as the connector does
    }
    properties.setProperty("connectionTimeZone", "UTC");
    properties.setProperty("forceConnectionTimeZoneToSession", "true");
    properties.setProperty("characterSetResults", "UTF-8"); // converted by the server
    properties.setProperty("tinyInt1isBit", "false"); // a TINYINT(1) is a number like others
    // Whatever is global: queries may take long, and CHAR is not padded with spaces
    properties.setProperty("sessionVariables", "max_execution_time=0,sql_mode=''");
    properties.setProperty("connectTimeout", Long.toString(connectTimeout.toMillis()));
    properties.setProperty("socketTimeout", Long.toString(answer.toMillis()));
    properties.setProperty("tcpKeepAlive", "true");
    return DriverManager.getConnection("jdbc:mysql://" + address() + "/", properties);
  }

  public String address() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  Map<String, String> connectorProperties() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("database.hostname", host);
    properties.put("database.port", Integer.toString(port));
    properties.put("database.user", user);
    properties.put("database.password", password);
    properties.put("database.ssl.mode", sslMode.toLowerCase(Locale.ROOT));
    if (!trustStore.isEmpty()) {
      properties.put("database.ssl.truststore", trustStore);
      properties.put("database.ssl.truststore.password", trustStorePassword);
    }
    if (!keyStore.isEmpty()) {
      properties.put("database.ssl.keystore", keyStore);
      properties.put("database.ssl.keystore.password", keyStorePassword);
    }
    properties.put("connect.timeout.ms", Long.toString(connectTimeout.toMillis()));
    properties.put("driver.socketTimeout", Long.toString(deadAfter.toMillis()));
    properties.put("driver.tcpKeepAlive", "true");
    return properties;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return user + "@" + address();
  }
}
