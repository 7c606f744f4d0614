package dev.outrail.payment.paying;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Lets a payer be sent only to hosts that the configuration allows. */
@Component
final class ReturnUrls {

  // Column pay_info.return_url.
  private static final int MAX_LENGTH = 1000;

  private final Set<String> allowedHosts;

  ReturnUrls(PayingProperties properties) {
    this.allowedHosts =
        properties.allowedReturnHosts().stream()
            .map(host -> host.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The URL in its normal form; null for none.
   *
   * @throws ApiException INVALID_ARGUMENT if it is anything else than http or https to an allowed
   *     host
   */
  @Nullable String check(@Nullable String returnUrl) {
    if (returnUrl == null) {
      return null;
    }
    URI url;
    try {
      url = new URI(returnUrl);
    } catch (URISyntaxException e) {
      throw invalid("returnUrl is not a URL");
    }
    String scheme = url.getScheme();
    if (!"https".equalsIgnoreCase(scheme) && !"http".equalsIgnoreCase(scheme)) {
      throw invalid("returnUrl must begin with https:// or http://");
    }
    if (url.getHost() == null || url.getUserInfo() != null) {
      throw invalid("returnUrl must name a host, and nobody's name or password");
    }
    if (!allowedHosts.contains(url.getHost().toLowerCase(Locale.ROOT))) {
      throw invalid(
          "returnUrl leads to host '%s', which is not allowed"
              .formatted(url.getHost().length() > 100 ? "..." : url.getHost()));
    }
    String normal = url.toASCIIString();
    if (normal.length() > MAX_LENGTH) {
      throw invalid("returnUrl is longer than " + MAX_LENGTH + " characters");
    }
    return normal;
  }

  private static ApiException invalid(String message) {
    return new ApiException(ResultCode.INVALID_ARGUMENT, message);
  }
}
