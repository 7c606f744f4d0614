package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrail.testbed.Testbed;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** An account that asks for a certificate of the client, with those that mysqld makes itself. */
class ClientCertificateIT {

  private static final String PASSWORD = "changeit";

  @Test
  void anAccountThatRequiresX509IsServedByQueriesAndBinlog() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "x509")) {
      Path certificates = certificates(relay);
      Path keyStore = relay.folder.resolve("client.p12");
      Path trustStore = relay.folder.resolve("ca.p12");
      KeyStore key = empty();
      key.setKeyEntry(
          "client",
          privateKey(certificates.resolve("client-key.pem")),
          PASSWORD.toCharArray(),
          new Certificate[] {certificate(certificates.resolve("client-cert.pem"))});
      store(key, keyStore);
      KeyStore ca = empty();
      ca.setCertificateEntry("ca", certificate(certificates.resolve("ca.pem")));
      store(ca, trustStore);
      requireX509(relay);

      relay.set("mysql.ssl.mode", "VERIFY_CA");
      relay.set("mysql.ssl.truststore", trustStore.toString());
      relay.set("mysql.ssl.truststore.password", PASSWORD);
      relay.set("mysql.ssl.keystore", keyStore.toString());
      relay.set("mysql.ssl.keystore.password", PASSWORD);
      String before = relay.insert(relay.topic("x509"), "k", "{}");
      relay.start();
      String live = relay.insert(relay.topic("x509"), "k", "{}");

      await()
          .atMost(RelayHarness.PATIENCE)
          .untilAsserted(
              () -> assertThat(relay.ids(relay.topic("x509"))).containsExactly(before, live));
    }
  }

  @Test
  void withoutItsCertificateTheAccountIsRefused() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "x509")) {
      requireX509(relay);
      relay.set("mysql.ssl.mode", "REQUIRED").set("start.patience.ms", "0");

      assertThat(relay.launch().awaitExit(RelayHarness.PATIENCE)).isEqualTo(3);
    }
  }

  private static void requireX509(RelayHarness relay) {
    relay
        .testbed
        .mysql()
        .execute("ALTER USER '%s'@'%%' REQUIRE X509".formatted(relay.settings.get("mysql.user")));
  }

  private static Path certificates(RelayHarness relay) throws Exception {
    try (Connection connection = relay.connection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT @@datadir")) {
      result.next();
      Path folder = Path.of(result.getString(1));
      assumeTrue(Files.isReadable(folder.resolve("client-key.pem")), "mysqld's own files");
      return folder;
    }
  }

  private static Certificate certificate(Path pem) throws Exception {
    try (InputStream in = Files.newInputStream(pem)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  /** MySQL 8.0 writes PKCS#1, which Java does not read: PKCS#8 is the same with a name before. */
  private static PrivateKey privateKey(Path pem) throws Exception {
    String text = Files.readString(pem);
    byte[] der = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
    if (text.contains("BEGIN RSA PRIVATE KEY")) {
      byte[] named =
          joined(
              HexFormat.of().parseHex("020100300d06092a864886f70d0101010500"), tagged(0x04, der));
      der = tagged(0x30, named);
    }
    return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static byte[] tagged(int tag, byte[] content) {
    byte[] head =
        ByteBuffer.allocate(4)
            .put((byte) tag)
            .put((byte) 0x82)
            .putShort((short) content.length)
            .array();
    return joined(head, content);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }

  private static KeyStore empty() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static void store(KeyStore store, Path file) throws Exception {
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
  }
}
