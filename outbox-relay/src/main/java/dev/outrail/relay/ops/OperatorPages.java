package dev.outrail.relay.ops;

import dev.outrail.relay.operate.Author;
import dev.outrail.relay.operate.Done;
import dev.outrail.relay.operate.Operations;
import dev.outrail.relay.operate.ReplayReport;
import dev.outrail.relay.operate.ReplaySelection;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From HTTP calls to {@link Operations} and back. Thread-safe. */
final class OperatorPages {

  private static final List<String> NOTHING_BUT_REASON = List.of("reason");
  private static final List<String> PURGE = List.of("schema", "reason");
  private static final List<String> POSITION = List.of("gtids", "execute", "reason");
  private static final List<String> REPLAY =
      List.of("ids", "key", "type", "topic", "schema", "from", "to", "execute", "reason");

  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  /** A verb that needs no more than who and why. */
  private interface Verb {
    Done apply(Author author);
  }

  private final Operations operations;
  private final Recent<Answer> position;
  private final Recent<Answer> quarantine;

  OperatorPages(Operations operations) {
    this.operations = operations;
    position = new Recent<>(() -> Answer.json(200, operations.position()));
    quarantine = new Recent<>(() -> Answer.json(200, Map.of("events", operations.quarantined())));
  }

  Answer position(Call call) {
    call.requireNoParameters();
    return position.get();
  }

  Answer quarantine(Call call) {
    call.requireNoParameters();
    return quarantine.get();
  }

  Answer pause(Call call) {
    return plain(call, operations::pause);
  }

  Answer resume(Call call) {
    return plain(call, operations::resume);
  }

  Answer handover(Call call) {
    return plain(call, operations::handover);
  }

  Answer retryQuarantined(Call call) {
    return plain(call, author -> operations.retryQuarantined(call.part(1), author));
  }

  Answer discardQuarantined(Call call) {
    return plain(call, author -> operations.discardQuarantined(call.part(1), author));
  }

  Answer releasePurge(Call call) {
    Call.Fields fields = body(call, PURGE);
    return Answer.json(200, operations.releasePurge(fields.text("schema"), call.author(fields)));
  }

  Answer setPosition(Call call) {
    Call.Fields fields = body(call, POSITION);
    String gtids = fields.text("gtids");
    if (gtids == null || gtids.isBlank()) {
      throw Call.invalid("'gtids' is missing.", "Give the GTID set that shall count as published.");
    }
    Author author = call.author(fields);
    return changed(() -> operations.setPosition(gtids.strip(), fields.flag("execute"), author));
  }

  /** 202 while it goes on after the answer. */
  Answer replay(Call call) {
    Call.Fields fields = body(call, REPLAY);
    ReplaySelection selection =
        new ReplaySelection(
            fields.texts("ids"),
            fields.text("key"),
            fields.text("type"),
            fields.text("topic"),
            fields.text("schema"),
            time(fields, "from"),
            time(fields, "to"));
    ReplayReport report = operations.replay(selection, fields.flag("execute"), call.author(fields));
    return Answer.json(report.state() == ReplayReport.State.RUNNING ? 202 : 200, report);
  }

  private Answer plain(Call call, Verb verb) {
    Author author = call.author(body(call, NOTHING_BUT_REASON));
    return changed(() -> verb.apply(author));
  }

  /** What was read before is not what is true behind it, also if it failed. */
  private Answer changed(Supplier<Object> change) {
    try {
      return Answer.json(200, change.get());
    } finally {
      position.forget();
      quarantine.forget();
    }
  }

  private static Call.Fields body(Call call, List<String> known) {
    call.requireNoParameters();
    return call.body(known);
  }

  private static @Nullable Instant time(Call.Fields fields, String name) {
    String text = fields.text(name);
    if (text == null) {
      return null;
    }
    try {
      return DATE.matcher(text).matches()
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw Call.invalid(
          "'%s' is no time: %s.".formatted(name, text),
          "Write it as 2026-01-31T12:00:00Z, 2026-01-31T13:00:00+01:00, or 2026-01-31 for that day's begin in UTC.");
    }
  }
}
