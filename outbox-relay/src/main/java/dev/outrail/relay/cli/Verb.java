package dev.outrail.relay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrail.relay.config.SettingsException;
import dev.outrail.relay.problem.ExitCode;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all verbs share: where the relay is, who asks, how the answer is told. */
abstract class Verb implements Callable<Integer> {

  private final Surroundings surroundings;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "The relay's address. Default: this host with http.port of the settings, else http://127.0.0.1:8190.")
  private @Nullable URI url;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "For https: certificates to trust, in PEM. Default: those of http.ssl.keystore of the settings, else Java's.")
  private @Nullable Path ca;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "Holds the token. Default: the environment's OUTRAIL_RELAY_HTTP_TOKEN, else the settings'.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who asks, for the audit. Default: the user of the operating system.")
  private @Nullable String by;

  @Option(names = "--json", description = "Print the relay's answer as it is.")
  private boolean json;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(names = "--help", usageHelp = true, description = "Print this and end.")
  private boolean help;

  Verb(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Asks; tells the answers through {@link #tell}. */
  abstract ExitCode ask(RelayClient relay);

  @Override
  public final Integer call() {
    return code().code();
  }

  private ExitCode code() {
    try {
      URI address = url == null ? surroundings.url() : url;
      if (!"http".equals(address.getScheme()) && !"https".equals(address.getScheme())) {
        throw new UsageException("--url %s: an address is http://host:port.".formatted(address));
      }
      String who = by == null ? System.getProperty("user.name", "") : by;
      SSLContext tls = "https".equals(address.getScheme()) ? surroundings.trust(ca) : null;
      return ask(new RelayClient(address, tls, surroundings.token(tokenFile), who));
    } catch (UsageException | SettingsException e) {
      err().println(e.getMessage());
      return ExitCode.USAGE;
    } catch (NotReachableException e) {
      err().println(e.getMessage());
      err().println("Remedy: check that the relay runs, --url and, for https, --ca.");
      return ExitCode.NOT_REACHABLE;
    } finally {
      out().flush();
      err().flush();
    }
  }

  /** Tells an answer: as text if it is one of success, else what was refused, with the remedy. */
  final ExitCode tell(Reply reply, Telling telling) {
    if (json) {
      out().print(reply.text());
    } else if (reply.isDone()) {
      telling.tell(reply.json(), out());
    }
    if (reply.isDone()) {
      return ExitCode.STOPPED;
    }
    if (!json) {
      JsonNode error = reply.json().path("error");
      err().println("Refused: " + error.path("what").asText("HTTP " + reply.code()));
      err().println("Remedy: " + error.path("remedy").asText("see the relay's log."));
    }
    return ExitCode.OPERATION_REFUSED;
  }

  /** Makes text of an answer. */
  interface Telling {
    void tell(JsonNode answer, PrintWriter out);
  }

  /** The answer of a verb that says in one sentence what is true now. */
  static void tellDone(JsonNode answer, PrintWriter out) {
    out.println(answer.path("message").asText());
    out.println("Operation " + answer.path("operationId").asText());
  }

  private PrintWriter out() {
    return Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
  }

  private PrintWriter err() {
    return Objects.requireNonNull(spec, "set by picocli").commandLine().getErr();
  }
}
