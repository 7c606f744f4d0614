package dev.outrail.relay.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A file with a private key and its certificates, PKCS12 or JKS.
 *
 * @param password opens the file, and the key in it
 */
public record KeyStoreFile(Path path, String password) {

  /**
   * For a server, or a client, that shows it.
   *
   * @throws IOException if the file cannot be read or the password is wrong
   * @throws GeneralSecurityException if there is no key in it that this password opens
   */
  public SSLContext context() throws IOException, GeneralSecurityException {
    KeyStore store = load();
    boolean hasKey = false;
    for (String alias : Collections.list(store.aliases())) {
      hasKey |= store.isKeyEntry(alias);
    }
    if (!hasKey) {
      throw new KeyStoreException("there is no private key in it");
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** Its entries; see {@link #context}. */
  public KeyStore load() throws IOException, GeneralSecurityException {
    if (!Files.isRegularFile(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return KeyStore.getInstance(path.toFile(), password.toCharArray());
  }

  /** Without the password. */
  @Override
  public String toString() {
    return path.toString();
  }
}
