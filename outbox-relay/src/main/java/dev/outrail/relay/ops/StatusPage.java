package dev.outrail.relay.ops;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrail.relay.operate.OperateJson;
import dev.outrail.relay.position.HeldTopics;
import dev.outrail.relay.problem.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What {@code /status} and the health pages say. Thread-safe. */
final class StatusPage {

  private static final Duration LAG_PATIENCE = Duration.ofMillis(500);

  private final String relayName;
  private final RelayStatus status;
  private final RelayFacts facts;
  private final LagProbe lagProbe;

  StatusPage(String relayName, RelayStatus status, RelayFacts facts, LagProbe lagProbe) {
    this.relayName = relayName;
    this.status = status;
    this.facts = facts;
    this.lagProbe = lagProbe;
  }

  Answer live() {
    boolean alive = status.alive();
    ObjectNode body = OperateJson.MAPPER.createObjectNode();
    body.put("status", alive ? "UP" : "DOWN");
    if (!alive) {
      body.put("reason", "the relay's thread has not moved since " + status.look().lastTurn());
    }
    return Answer.json(alive ? 200 : 503, body);
  }

  Answer ready() {
    RelayStatus.Snapshot look = status.look();
    // One that is paused on order leaves no Service's endpoints: somebody has to reach it to resume
    boolean asAsked = look.ready() || look.state() == State.PAUSED;
    boolean up = asAsked && status.alive();
    ObjectNode body = OperateJson.MAPPER.createObjectNode();
    body.put("status", up ? "UP" : "DOWN");
    body.put("state", look.state().name());
    body.put("role", facts.look().role().name());
    Problem problem = look.lastProblem();
    if (!asAsked && problem != null) {
      body.put("reason", problem.what());
      body.put("remedy", problem.remedy());
    } else if (!look.ready() && look.state() == State.RUNNING) {
      body.put("reason", "no answer from Kafka or MySQL since " + look.lastTurn());
    }
    return Answer.json(up ? 200 : 503, body);
  }

  Answer status() {
    RelayStatus.Snapshot look = status.look();
    RelayFacts.Look more = facts.look();
    ObjectNode body = OperateJson.MAPPER.createObjectNode();
    body.put("name", relayName);
    body.put("state", look.state().name());
    body.put("since", look.since().toString());
    body.put("ready", look.ready());
    body.put("role", more.role().name());
    body.put("activeAddress", more.activeAddress());
    body.put("standbys", more.standbys());
    body.set("paused", OperateJson.MAPPER.valueToTree(more.paused()));
    body.put("connectedToMySql", look.connected());
    ObjectNode position = body.putObject("position");
    position.put("gtids", look.gtids());
    position.put("partialTransaction", look.partial().isEmpty() ? null : look.partial());
    LagProbe.Lag lag = lagProbe.await(LAG_PATIENCE);
    lag(body.putObject("lag"), lagProbe.seconds(), look, lag);
    ObjectNode throughput = body.putObject("throughput");
    throughput.put("eventsPerSecond10s", status.throughput().perSecond(Duration.ofSeconds(10)));
    throughput.put("eventsPerSecond60s", status.throughput().perSecond(Duration.ofSeconds(60)));
    body.put("eventsPublished", look.eventsPublished());
    body.put(
        "lastPublishedAt",
        look.lastPublishedAt() == null ? null : look.lastPublishedAt().toString());
    body.put("quarantined", more.quarantined());
    blocked(body.putArray("blocked"), more.held());
    body.put("takeovers", more.takeovers());
    replayHorizon(body.putObject("replayHorizon"), lag);
    body.putObject("purge").set("heldBack", OperateJson.MAPPER.valueToTree(more.heldBack()));
    body.set("replay", OperateJson.MAPPER.valueToTree(more.replay()));
    Problem problem = look.lastProblem();
    if (problem == null) {
      body.putNull("lastError");
    } else {
      body.putObject("lastError")
          .put("at", String.valueOf(look.lastProblemAt()))
          .put("what", problem.what())
          .put("remedy", problem.remedy());
    }
    return Answer.json(200, body);
  }

  private static void blocked(ArrayNode body, HeldTopics held) {
    held.byTopic()
        .forEach(
            (topic, hold) ->
                body.addObject()
                    .put("topic", topic)
                    .put("events", hold.count())
                    .put("oldest", hold.oldest().toString()));
  }

  /** How far back events can be published again, for inboxes that forget; null: without a bound. */
  private void replayHorizon(ObjectNode body, LagProbe.@Nullable Lag lag) {
    body.put("known", lag != null);
    body.put("outboxSeconds", seconds(facts.rowsKept()));
    body.put("binlogSeconds", lag == null ? null : seconds(lag.binlogKept()));
  }

  private static @Nullable Long seconds(@Nullable Duration span) {
    return span == null ? null : span.toSeconds();
  }

  /** Seconds and queue are always known; the rest is MySQL's answer, null if it gives none. */
  private static void lag(
      ObjectNode body, double seconds, RelayStatus.Snapshot look, LagProbe.@Nullable Lag lag) {
    body.put("seconds", seconds);
    body.put("events", lag == null ? null : lag.events());
    body.put("transactions", lag == null ? null : lag.transactions());
    body.put("queuedEvents", look.waiting());
  }
}
