package dev.outrail.relay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrail.relay.problem.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "replay",
    description = {
      "Publish rows of the outbox tables once more: those that meet all the criteria given.",
      "Without --execute: count them."
    },
    sortOptions = false)
final class ReplayVerb extends Verb {

  @Option(names = "--id", paramLabel = "ID", description = "An event id; may be repeated.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--key", paramLabel = "KEY", description = "The record key, aggregateid.")
  private @Nullable String key;

  @Option(names = "--type", paramLabel = "TYPE", description = "The event type.")
  private @Nullable String type;

  @Option(names = "--topic", paramLabel = "TOPIC", description = "The topic, aggregatetype.")
  private @Nullable String topic;

  @Option(names = "--schema", paramLabel = "NAME", description = "The database.")
  private @Nullable String schema;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Created from then on, such as 2026-01-31T12:00:00Z; a date alone is that day's begin in UTC.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Created before then.")
  private @Nullable String to;

  @Option(names = "--execute", description = "Do it; else it is a dry run.")
  private boolean execute;

  @Mixin private final Reason reason = new Reason();

  ReplayVerb(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  ExitCode ask(RelayClient relay) {
    Map<String, Object> fields = reason.fields();
    if (!ids.isEmpty()) {
      fields.put("ids", ids);
    }
    Reason.put(fields, "key", key);
    Reason.put(fields, "type", type);
    Reason.put(fields, "topic", topic);
    Reason.put(fields, "schema", schema);
    Reason.put(fields, "from", from);
    Reason.put(fields, "to", to);
    fields.put("execute", execute);
    return tell(relay.post("/replay", fields), ReplayVerb::print);
  }

  private static void print(JsonNode report, PrintWriter out) {
    Lines lines =
        new Lines()
            .row(
                "selected",
                "%d events, %d bytes of payload"
                    .formatted(
                        report.path("selected").asLong(), report.path("payloadBytes").asLong()));
    for (JsonNode group : report.path("groups")) {
      lines.row(
          "",
          "%s %s: %d"
              .formatted(
                  group.path("topic").asText(),
                  group.path("type").asText(),
                  group.path("count").asLong()));
    }
    end("first", report.path("first"), lines);
    end("last", report.path("last"), lines);
    if (!report.path("missing").isEmpty()) {
      List<String> missing = new ArrayList<>();
      report.path("missing").forEach(id -> missing.add(id.asText()));
      lines.row("not there", String.join(", ", missing));
    }
    if (report.path("later").asLong() > 0) {
      lines.row(
          "left out",
          "%d events with a created_at later than now; their ids select them"
              .formatted(report.path("later").asLong()));
    }
    lines.optional("order", report.path("order"));
    lines.print(out);
    String operation = report.path("operationId").asText();
    long published = report.path("published").asLong();
    out.println(
        switch (report.path("state").asText()) {
          case "DRY_RUN" -> "Dry run: nothing was published. --execute does it.";
          case "RUNNING" ->
              "Going on: %d published so far; relay status shows how far it is. Operation %s"
                  .formatted(published, operation);
          case "DONE" -> "Published %d events again. Operation %s".formatted(published, operation);
          default ->
              "Ended early after %d events; see the relay's log. Operation %s"
                  .formatted(published, operation);
        });
  }

  private static void end(String label, JsonNode end, Lines lines) {
    if (end.isObject()) {
      lines.row(
          label,
          "%s, created %s".formatted(end.path("id").asText(), Lines.known(end.path("createdAt"))));
    }
  }
}
