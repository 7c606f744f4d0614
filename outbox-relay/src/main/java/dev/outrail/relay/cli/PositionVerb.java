package dev.outrail.relay.cli;

import static dev.outrail.relay.cli.Lines.known;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrail.relay.problem.ExitCode;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "position", description = "Show the position, or move it.", sortOptions = false)
final class PositionVerb extends Verb {

  PositionVerb(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  ExitCode ask(RelayClient relay) {
    return show(this, relay);
  }

  private static ExitCode show(Verb verb, RelayClient relay) {
    return verb.tell(relay.get("/position"), PositionVerb::print);
  }

  private static void print(JsonNode position, PrintWriter out) {
    Lines lines = new Lines().row("position", position.path("gtids").asText());
    JsonNode partial = position.path("partial");
    if (partial.isObject()) {
      lines.row("in work", partial(partial));
    }
    lines
        .optional("confirmed", position.path("confirmedAt"))
        .row("server", known(position.path("serverGtids")))
        .row("behind", known(position.path("transactionsBehind")) + " transactions")
        .print(out);
  }

  private static String partial(JsonNode partial) {
    return "%s, %d rows published, the last %s"
        .formatted(
            partial.path("gtid").asText(),
            partial.path("rows").asLong(),
            partial.path("lastId").asText());
  }

  @Command(name = "show", description = "Tell the position (the default).", sortOptions = false)
  static final class Show extends Verb {

    Show(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    ExitCode ask(RelayClient relay) {
      return show(this, relay);
    }
  }

  @Command(
      name = "set",
      description = {
        "Move the position. Without --execute: tell what that would skip and repeat.",
        "With --execute the relay must be paused or halted."
      },
      sortOptions = false)
  static final class Set extends Verb {

    @Option(
        names = "--gtids",
        required = true,
        paramLabel = "SET",
        description = "The GTID set that shall count as published.")
    private String gtids = "";

    @Option(names = "--execute", description = "Do it; else it is a dry run.")
    private boolean execute;

    @Mixin private final Reason reason = new Reason();

    Set(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    ExitCode ask(RelayClient relay) {
      Map<String, Object> fields = reason.fields();
      fields.put("gtids", gtids);
      fields.put("execute", execute);
      return tell(relay.post("/position", fields), Set::print);
    }

    private static void print(JsonNode change, PrintWriter out) {
      Lines lines = new Lines().row("before", change.path("before").asText());
      if (change.path("beforePartial").isObject()) {
        lines.row("in work", partial(change.path("beforePartial")));
      }
      lines.row("after", change.path("after").asText());
      difference("skipped", change.path("skipped"), lines);
      difference("repeated", change.path("repeated"), lines);
      lines.print(out);
      out.println(
          change.path("executed").asBoolean()
              ? "Moved. Operation " + change.path("operationId").asText()
              : "Dry run: nothing was changed. --execute does it, while the relay is paused or halted.");
    }

    private static void difference(String label, JsonNode difference, Lines lines) {
      JsonNode events = difference.path("events");
      String count =
          switch (events.path("certainty").asText()) {
            case "EXACT" -> events.path("count").asText() + " events";
            case "AT_LEAST" -> "at least " + events.path("count").asText() + " events";
            default -> "an unknown number of events";
          };
      lines.row(
          label,
          "%s in %d transactions %s"
              .formatted(
                  count,
                  difference.path("transactions").asLong(),
                  difference.path("gtids").asText()));
      for (JsonNode topic : events.path("topics")) {
        lines.row(
            "",
            "%s: %d, from %s to %s"
                .formatted(
                    topic.path("topic").asText(),
                    topic.path("count").asLong(),
                    topic.path("firstId").asText(),
                    topic.path("lastId").asText()));
      }
      if (!events.path("why").asText().isEmpty()) {
        lines.row("", "(" + events.path("why").asText() + ")");
      }
    }
  }
}
