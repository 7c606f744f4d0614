package dev.outrail.mall.client;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Checks URLs that are settings. */
public final class HttpUrls {

  private HttpUrls() {}

  /**
   * Returns if the value is missing, which others check, or begins with http or https and names a
   * host.
   *
   * @param key the setting's name, for the message
   * @throws IllegalArgumentException if not
   */
  public static void require(String key, @Nullable URI url) {
    if (url != null
        && (url.getHost() == null
            || !("http".equalsIgnoreCase(url.getScheme())
                || "https".equalsIgnoreCase(url.getScheme())))) {
      throw new IllegalArgumentException(
          "%s must begin with http:// or https:// and name a host, not '%s'".formatted(key, url));
    }
  }
}
