package dev.outrail.relay.cli;

import dev.outrail.relay.config.KeyStoreFile;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.config.RelayConfigLoader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Where a verb finds the relay and its token when the command line does not say. */
record Surroundings(Supplier<@Nullable Path> configFile, Map<String, String> environment) {

  private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

  /**
   * The relay's address.
   *
   * @throws UsageException if it cannot be known
   */
  URI url() {
    RelayConfig.Http http = http();
    if (http.port() == 0) {
      throw new UsageException(
          "http.port is 0, so the relay's port is in its log only: name the address with --url.");
    }
    String host = ANY_ADDRESS.contains(http.bind()) ? "localhost" : http.bind();
    boolean bareIpV6 = host.indexOf(':') >= 0 && !host.startsWith("[");
    return URI.create(
        "%s://%s:%d".formatted(http.scheme(), bareIpV6 ? "[" + host + "]" : host, http.port()));
  }

  /**
   * The token: the file's that was named, else the environment's, else the settings'; empty if
   * there is none.
   *
   * @throws UsageException if a file cannot be read
   */
  String token(@Nullable Path file) {
    if (file != null) {
      return read(file);
    }
    RelayConfig.Http http = http();
    Path fromSettings = http.tokenFile();
    return http.token().isEmpty() && fromSettings != null ? read(fromSettings) : http.token();
  }

  /**
   * Whom to trust as a TLS server: who has one of these certificates or one signed by them, else,
   * with the relay's own settings at hand, the relay itself; else whom Java trusts.
   *
   * @throws UsageException if a file cannot be used
   */
  SSLContext trust(@Nullable Path ca) {
    KeyStoreFile own = http().keyStore();
    try {
      if (ca != null) {
        try (InputStream pem = Files.newInputStream(ca)) {
          return trusting(CertificateFactory.getInstance("X.509").generateCertificates(pem));
        }
      }
      return own == null ? SSLContext.getDefault() : trusting(certificates(own.load()));
    } catch (IOException | GeneralSecurityException e) {
      throw new UsageException(
          "No certificates can be read from %s (%s): name a file of them in PEM with --ca."
              .formatted(ca == null ? own : ca, e));
    }
  }

  private static List<Certificate> certificates(KeyStore store) throws KeyStoreException {
    List<Certificate> certificates = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      Certificate[] chain = store.getCertificateChain(alias);
      certificates.addAll(List.of(chain == null ? new Certificate[0] : chain));
    }
    return certificates;
  }

  private static SSLContext trusting(Collection<? extends Certificate> certificates)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (Certificate certificate : certificates) {
      store.setCertificateEntry("trusted-" + store.size(), certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private RelayConfig.Http http() {
    return RelayConfigLoader.loadHttp(configFile.get(), environment);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UsageException("The token file %s cannot be read (%s).".formatted(file, e));
    }
  }
}
