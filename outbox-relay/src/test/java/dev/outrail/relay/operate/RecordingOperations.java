package dev.outrail.relay.operate;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Carries nothing out; remembers what was asked for, and refuses when told to. */
public final class RecordingOperations implements Operations {

  public static final UUID OPERATION = UUID.fromString("0190a5c0-0000-7000-8000-00000000000f");
  public static final Instant AT = Instant.parse("2026-11-24T10:00:00Z");

  public final List<String> calls = new CopyOnWriteArrayList<>();
  private volatile RuntimeException failure;
  private volatile int quarantined = 1;
  private volatile CountDownLatch pauses = new CountDownLatch(0);
  private volatile ReplayReport.State replayState = ReplayReport.State.DONE;

  public void failWith(RuntimeException next) {
    failure = next;
  }

  /** From now on, pauses do not return before this is counted down. */
  public void blockPausesOn(CountDownLatch latch) {
    pauses = latch;
  }

  public void quarantineHolds(int events) {
    quarantined = events;
  }

  public void replayEndsAs(ReplayReport.State state) {
    replayState = state;
  }

  @Override
  public Done pause(Author author) {
    Done done = done("pause", author);
    try {
      pauses.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return done;
  }

  @Override
  public Done resume(Author author) {
    return done("resume", author);
  }

  @Override
  public Done handover(Author author) {
    return done("handover", author);
  }

  @Override
  public PositionReport position() {
    note("position");
    return new PositionReport(
        "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-7",
        new PositionReport.Partial("3e11fa47-71ca-11e1-9e33-c80aa9429562:8", 2, "id-2"),
        AT,
        "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-9",
        2L);
  }

  @Override
  public PositionChange setPosition(String gtids, boolean execute, Author author) {
    note("position " + gtids + " execute=" + execute + " " + author);
    return new PositionChange(
        execute,
        execute ? OPERATION : null,
        "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-7",
        null,
        gtids,
        new PositionChange.Difference(
            "", 0, 0, new PositionChange.Events(PositionChange.Certainty.EXACT, 0, List.of(), "")),
        new PositionChange.Difference(
            "3e11fa47-71ca-11e1-9e33-c80aa9429562:6-7",
            2,
            1,
            new PositionChange.Events(
                PositionChange.Certainty.AT_LEAST,
                3,
                List.of(new PositionChange.TopicEvents("order-notify", 3, "a", "c")),
                "1 of the 2 transactions are not in the server's binlog (any more)")));
  }

  @Override
  public ReplayReport replay(ReplaySelection selection, boolean execute, Author author) {
    note("replay " + selection.parameters() + " execute=" + execute + " " + author);
    ReplayReport plan =
        new ReplayReport(
            ReplayReport.State.DRY_RUN,
            null,
            3,
            120,
            0,
            List.of(new ReplayReport.Group("order-notify", "payment.succeeded.v1", 3)),
            new ReplayReport.End("a", AT),
            new ReplayReport.End("c", null),
            List.of("gone-1"),
            2,
            "pay.outbox by id");
    return execute ? plan.as(replayState, OPERATION, 3) : plan;
  }

  @Override
  public List<QuarantinedEvent> quarantined() {
    note("quarantined");
    return IntStream.rangeClosed(1, quarantined)
        .mapToObj(
            i ->
                new QuarantinedEvent(
                    "q-" + i, "pay", "no topic!", "4711", "t.v1", null, AT, "illegal name"))
        .toList();
  }

  @Override
  public Done retryQuarantined(String eventId, Author author) {
    return done("retry " + eventId, author);
  }

  @Override
  public Done discardQuarantined(String eventId, Author author) {
    return done("discard " + eventId, author);
  }

  @Override
  public Done releasePurge(String schema, Author author) {
    return done("release purge " + schema, author);
  }

  private Done done(String what, Author author) {
    note(what + " " + author);
    return new Done(OPERATION, "Did " + what + ".", AT);
  }

  private void note(String call) {
    RuntimeException refusal = failure;
    if (refusal != null) {
      throw refusal;
    }
    calls.add(call);
  }
}
