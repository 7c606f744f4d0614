package dev.outrail.relay.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RelayStatusTest {

  private Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private final RelayStatus status = new RelayStatus(() -> now);

  @Test
  void isReadyOnlyWhileItReads() {
    assertThat(status.look().ready()).isFalse();

    status.state(State.RUNNING, "test");
    assertThat(status.look().ready()).as("running but not connected").isFalse();
    status.turn(true, 0);
    assertThat(status.look().ready()).isTrue();

    status.retrying("broker gone", Duration.ofSeconds(1));
    assertThat(status.look().ready()).isFalse();
    assertThat(status.look().lastProblem()).isNotNull();
  }

  @Test
  void isNotReadyWhileItWaitsForAnAnswer() {
    status.state(State.RUNNING, "test");
    status.turn(true, 0);
    now = now.plus(Duration.ofSeconds(4));
    assertThat(status.look().ready()).isFalse();
    assertThat(status.look().lagSeconds()).as("nothing flows").isEqualTo(4);

    status.turn(true, 0);
    assertThat(status.look().ready()).isTrue();
  }

  @Test
  void aHaltedOneIsAliveAndNotReadyAndNamesTheRemedy() {
    status.halted(new Problem("too large", "raise the limit"));
    now = now.plus(Duration.ofHours(1));

    assertThat(status.alive()).isTrue();
    assertThat(status.look().ready()).isFalse();
    assertThat(status.look().lastProblem()).isEqualTo(new Problem("too large", "raise the limit"));
  }

  @Test
  void aThreadThatDoesNotTurnAnyMoreIsNotAlive() {
    status.turn(true, 0);
    now = now.plus(Duration.ofSeconds(61));

    assertThat(status.alive()).isFalse();
  }

  @Test
  void aFirstStartMayWaitLongerForLocksAndForTheServerToSort() {
    status.state(State.SNAPSHOT, "test");
    now = now.plus(Duration.ofMinutes(9));
    assertThat(status.alive()).isTrue();

    now = now.plus(Duration.ofMinutes(2));
    assertThat(status.alive()).isFalse();
  }

  @Test
  void lagIsTheAgeOfTheOldestUnpublishedCommitInEveryState() {
    status.publishedUpTo(now.minus(Duration.ofHours(3)));
    assertThat(status.look().lagSeconds()).as("what a predecessor has left").isEqualTo(10_800);

    status.state(State.RUNNING, "test");
    status.turn(true, 0);
    assertThat(status.look().lagSeconds()).as("nothing was read yet").isEqualTo(10_800);
    status.readUpTo(now);
    assertThat(status.look().lagSeconds()).isZero();
    Instant failed = now;
    for (State state : State.values()) {
      now = now.plus(Duration.ofSeconds(5));
      status.retrying("the broker denies access", Duration.ofSeconds(1));
      status.state(state, "test");
      assertThat(status.look().lagSeconds())
          .as("%s, not connected", state)
          .isEqualTo(Duration.between(failed, now).toSeconds());
    }

    status.state(State.RUNNING, "back");
    status.turn(true, 0);
    status.readUpTo(now.minusSeconds(31));
    now = now.plusSeconds(1);
    status.turn(true, 0);
    assertThat(status.look().lagSeconds()).as("nothing was read since").isEqualTo(32);
    status.readUpTo(now.minusMillis(900));
    assertThat(status.look().lagSeconds()).as("that is how long the way takes").isZero();
  }
}
