package dev.outrail.relay.cli;

import static dev.outrail.relay.cli.Lines.known;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrail.relay.problem.ExitCode;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(
    name = "status",
    description = "Tell state, role, position, lag, throughput and the last error.",
    sortOptions = false)
final class StatusVerb extends Verb {

  StatusVerb(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  ExitCode ask(RelayClient relay) {
    return tell(relay.get("/status"), StatusVerb::print);
  }

  private static void print(JsonNode status, PrintWriter out) {
    Lines lines =
        new Lines()
            .row("relay", status.path("name").asText())
            .row(
                "state",
                "%s since %s, %s"
                    .formatted(
                        status.path("state").asText(),
                        status.path("since").asText(),
                        status.path("ready").asBoolean() ? "ready" : "not ready"))
            .row("role", status.path("role").asText())
            .optional("active", status.path("activeAddress"));
    if ("ACTIVE".equals(status.path("role").asText())) {
      lines.row("standbys", status.path("standbys").asText());
    }
    JsonNode paused = status.path("paused");
    if (paused.isObject()) {
      lines.row(
          "paused",
          "by %s since %s %s"
              .formatted(
                  paused.path("by").asText(),
                  paused.path("since").asText(),
                  paused.path("reason").asText()));
    }
    JsonNode lag = status.path("lag");
    JsonNode throughput = status.path("throughput");
    lines
        .row("position", status.path("position").path("gtids").asText())
        .optional("in work", status.path("position").path("partialTransaction"))
        .row(
            "lag",
            "%s s, %s events, %s transactions; %s events queued"
                .formatted(
                    number(lag.path("seconds")),
                    known(lag.path("events")),
                    known(lag.path("transactions")),
                    known(lag.path("queuedEvents"))))
        .row(
            "throughput",
            "%s events/s over 10 s, %s over 60 s"
                .formatted(
                    number(throughput.path("eventsPerSecond10s")),
                    number(throughput.path("eventsPerSecond60s"))))
        .row(
            "published",
            "%d events by this process, the last at %s"
                .formatted(
                    status.path("eventsPublished").asLong(), known(status.path("lastPublishedAt"))))
        .row("quarantined", status.path("quarantined").asText());
    for (JsonNode topic : status.path("blocked")) {
      lines.row(
          "blocked",
          "%s events of topic %s wait, since %s; Kafka does not let the relay write there"
              .formatted(
                  topic.path("events").asText(),
                  topic.path("topic").asText(),
                  topic.path("oldest").asText()));
    }
    for (JsonNode table : status.path("purge").path("heldBack")) {
      lines.row(
          "held back",
          "%s old rows of %s, see 'relay purge --help'"
              .formatted(table.path("rows").asText(), table.path("table").asText()));
    }
    JsonNode replay = status.path("replay");
    if (replay.isObject()) {
      lines.row(
          "replay",
          "%d of %d events, operation %s"
              .formatted(
                  replay.path("published").asLong(),
                  replay.path("selected").asLong(),
                  replay.path("operationId").asText()));
    }
    JsonNode error = status.path("lastError");
    if (error.isObject()) {
      lines
          .row(
              "last error",
              "%s: %s".formatted(error.path("at").asText(), error.path("what").asText()))
          .row("remedy", error.path("remedy").asText());
    }
    lines.print(out);
  }

  private static String number(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.1f", value.asDouble()) : "-";
  }
}
