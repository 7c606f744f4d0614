package dev.outrail.relay.cli;

import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.config.RelayConfigLoader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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
    return URI.create("http://%s:%d".formatted(bareIpV6 ? "[" + host + "]" : host, http.port()));
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
