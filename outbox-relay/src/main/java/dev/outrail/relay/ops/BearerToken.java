package dev.outrail.relay.ops;

import dev.outrail.relay.config.RelayConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets those pass who know the token. A token in a file is read for each call, so that it can be
 * rotated without a restart. Thread-safe; never logs a token.
 */
final class BearerToken {

  private static final Logger log = LoggerFactory.getLogger(BearerToken.class);
  private static final String SCHEME = "bearer ";

  private final RelayConfig.Http settings;

  BearerToken(RelayConfig.Http settings) {
    this.settings = settings;
  }

  /**
   * Checks one call.
   *
   * @throws Call.Refused unless its header {@code Authorization} holds the token
   */
  void require(Call call) {
    byte[] expected = expected();
    String header = call.header("Authorization");
    boolean bearer = header != null && header.toLowerCase(Locale.ROOT).startsWith(SCHEME);
    if (header == null || !bearer) {
      throw unauthorised("This needs the relay's token.");
    }
    byte[] given = header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(expected, given)) {
      throw unauthorised("This is not the relay's token.");
    }
  }

  private byte[] expected() {
    Path file = settings.tokenFile();
    String token = file == null ? settings.token() : read(file);
    if (token.isEmpty()) {
      throw new Call.Refused(
          403,
          "NO_TOKEN_SET",
          "This relay has no token, so its verbs are off.",
          "Set http.token or http.token.file (OUTRAIL_RELAY_HTTP_TOKEN, OUTRAIL_RELAY_HTTP_TOKEN_FILE) to a secret of at least"
              + " %d characters and start the relay again."
                  .formatted(RelayConfig.Http.SHORTEST_TOKEN));
    }
    return token.getBytes(StandardCharsets.UTF_8);
  }

  private static String read(Path file) {
    String why;
    try {
      String token = Files.readString(file).strip();
      if (token.length() >= RelayConfig.Http.SHORTEST_TOKEN) {
        return token;
      }
      why = "holds fewer than %d characters".formatted(RelayConfig.Http.SHORTEST_TOKEN);
    } catch (IOException e) {
      why = "cannot be read (" + e.getClass().getSimpleName() + ")";
    }
    log.warn("The token file {} {}; no operation is let through until it is mended", file, why);
    throw new Call.Refused(
        503,
        "NO_TOKEN_NOW",
        "The relay's token file " + why + ".",
        "Check the file that http.token.file names; no restart is needed.");
  }

  private static Call.Refused unauthorised(String what) {
    return new Call.Refused(
        401, "UNAUTHORISED", what, "Send the header Authorization: Bearer <token>.");
  }
}
