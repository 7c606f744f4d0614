package dev.outrail.relay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrail.relay.problem.ExitCode;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "purge",
    description = "Tell which old rows are held back from the purge, or release them.",
    sortOptions = false)
final class PurgeVerb extends Verb {

  PurgeVerb(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  ExitCode ask(RelayClient relay) {
    return tell(relay.get("/status"), PurgeVerb::print);
  }

  private static void print(JsonNode status, PrintWriter out) {
    JsonNode heldBack = status.path("purge").path("heldBack");
    if (heldBack.isEmpty()) {
      out.println("No old rows are held back.");
      return;
    }
    Lines lines = new Lines().row("table", "old rows", "all read since");
    for (JsonNode table : heldBack) {
      lines.row(
          table.path("table").asText(),
          table.path("rows").asText(),
          Lines.known(table.path("coveredSince")));
    }
    lines.print(out);
  }

  @Command(
      name = "release",
      description = {
        "Let the purge take old rows that the relay may never have read or published.",
        "'relay replay --schema NAME --execute' publishes them instead, and then releases them, too."
      },
      sortOptions = false)
  static final class Release extends Verb {

    @Option(
        names = "--schema",
        paramLabel = "NAME",
        description = "The database; all of outbox.schemas if none is given.")
    private @Nullable String schema;

    @Mixin private final Reason reason = new Reason();

    Release(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    ExitCode ask(RelayClient relay) {
      Map<String, Object> fields = reason.fields();
      Reason.put(fields, "schema", schema);
      return tell(relay.post("/purge/release", fields), Verb::tellDone);
    }
  }
}
