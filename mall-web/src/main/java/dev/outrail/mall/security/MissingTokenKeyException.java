package dev.outrail.mall.security;

/** Nothing says whose tokens to believe. */
final class MissingTokenKeyException extends RuntimeException {

  static final String WHAT = "No key is configured to check users' tokens with.";

  static final String REMEDY =
      "Set one of spring.security.oauth2.resourceserver.jwt.public-key-location (a PEM file:"
          + " file:/path/to/key.pub), spring.security.oauth2.resourceserver.jwt.jwk-set-uri or"
          + " spring.security.oauth2.resourceserver.jwt.issuer-uri.";

  MissingTokenKeyException() {
    super(WHAT + " " + REMEDY);
  }
}
