package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunRuleTest {

  private static final Duration PROMPT = Duration.ofMillis(2);

  @Test
  void calmRunsDoNotWaitAndLargeOnesGather() {
    RunRule rule = new RunRule(2_000);
    assertThat(rule.gather(0)).isFalse();

    rule.took(3, PROMPT);
    assertThat(rule.gather(5)).isFalse();

    rule.took(500, PROMPT);
    assertThat(rule.gather(100)).isTrue();
    assertThat(rule.gather(2_000)).as("a full run waits for nothing").isFalse();

    rule.took(10, PROMPT);
    assertThat(rule.gather(100)).isFalse();
  }

  @Test
  void aBacklogIsGatheredHoweverSlowlyItIsRead() {
    RunRule rule = new RunRule(2_000);

    rule.took(30, Duration.ofMinutes(1));
    assertThat(rule.gather(5)).isTrue();
    assertThat(rule.gather(2_000)).as("a full run waits for nothing").isFalse();

    rule.took(1, Duration.ofMinutes(1));
    assertThat(rule.gather(0))
        .as("a server's clock that goes wrong delays no single events")
        .isFalse();
  }

  @Test
  void pausesDoubleUpToTheirBoundWithJitterAndStartAnewAfterSuccess() {
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(1_000), new Random(1));

    assertThat(backoff.next().toMillis()).isBetween(50L, 100L);
    assertThat(backoff.next().toMillis()).isBetween(100L, 200L);
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.next().toMillis()).isBetween(50L, 1_000L);
    }
    backoff.reset();
    assertThat(backoff.next().toMillis()).isBetween(50L, 100L);
  }
}
