package dev.outrail.relay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrail.relay.problem.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "quarantine",
    description = "List the events that could not be published, retry them, or give them up.",
    sortOptions = false)
final class QuarantineVerb extends Verb {

  QuarantineVerb(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  ExitCode ask(RelayClient relay) {
    return list(this, relay);
  }

  private static ExitCode list(Verb verb, RelayClient relay) {
    return verb.tell(relay.get("/quarantine"), QuarantineVerb::print);
  }

  private static void print(JsonNode answer, PrintWriter out) {
    if (answer.path("events").isEmpty()) {
      out.println("The quarantine is empty.");
      return;
    }
    Lines lines = new Lines().row("id", "since", "topic", "key", "type", "reason");
    for (JsonNode event : answer.path("events")) {
      lines.row(
          event.path("id").asText(),
          event.path("quarantinedAt").asText(),
          event.path("topic").asText(),
          event.path("key").asText(),
          event.path("type").asText(),
          event.path("reason").asText());
    }
    lines.print(out);
  }

  /** One call for each id; a refused one does not keep the others from being asked for. */
  private static ExitCode each(
      Verb verb, RelayClient relay, List<String> ids, String what, Reason reason) {
    ExitCode worst = ExitCode.STOPPED;
    for (String id : ids) {
      ExitCode code =
          verb.tell(
              relay.post("/quarantine/" + RelayClient.encoded(id) + "/" + what, reason.fields()),
              Verb::tellDone);
      worst = code == ExitCode.STOPPED ? worst : code;
    }
    return worst;
  }

  @Command(name = "list", description = "Tell them (the default).", sortOptions = false)
  static final class Listing extends Verb {

    Listing(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    ExitCode ask(RelayClient relay) {
      return list(this, relay);
    }
  }

  @Command(
      name = "retry",
      description = "Publish them from their rows, once the cause is removed.",
      sortOptions = false)
  static final class Retry extends Verb {

    @Parameters(arity = "1..*", paramLabel = "ID", description = "Event ids.")
    private List<String> ids = new ArrayList<>();

    @Mixin private final Reason reason = new Reason();

    Retry(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    ExitCode ask(RelayClient relay) {
      return each(this, relay, ids, "retry", reason);
    }
  }

  @Command(name = "discard", description = "Give them up for good.", sortOptions = false)
  static final class Discard extends Verb {

    @Parameters(arity = "1..*", paramLabel = "ID", description = "Event ids.")
    private List<String> ids = new ArrayList<>();

    @Mixin private final Reason reason = new Reason();

    Discard(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    ExitCode ask(RelayClient relay) {
      return each(this, relay, ids, "discard", reason);
    }
  }
}
