package dev.outrail.messaging.retention;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionGuardTest {

  private static final ReplayHorizon OUTBOX = published("outbox", 20);
  private static final ReplayHorizon BINLOG = published("binlog", 7);
  private static final ReplayHorizon TOPIC = kept("topic", 20);

  /** A row of that age is published anew, and stays in the topic from then on. */
  @Test
  void whatIsPublishedAnewAndWhatATopicKeepsAddUp() {
    assertThatThrownBy(() -> check(22, OUTBOX, BINLOG, TOPIC, kept("another", 3)))
        .isInstanceOf(RetentionTooShortException.class)
        .matches(failure -> !((RetentionTooShortException) failure).passes())
        .hasMessageContaining("retention is PT528H")
        .hasMessageContaining("after PT961H: outbox, then topic, and PT1H")
        .hasMessageContaining("Raise the retention to PT961H or more");
    assertThatThrownBy(() -> check(40, OUTBOX, BINLOG, TOPIC))
        .isInstanceOf(RetentionTooShortException.class);
    assertThatCode(() -> check(41, OUTBOX, BINLOG, TOPIC)).doesNotThrowAnyException();
  }

  /** What is unread is in the topic: usually younger than that keeps it. */
  @Test
  void aLagCountsWhereItIsLongerThanTheTopicKeepsRecordsAndPasses() {
    assertThatCode(() -> check(41, OUTBOX, TOPIC, lag(19))).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(41, OUTBOX, TOPIC, lag(21)))
        .isInstanceOf(RetentionTooShortException.class)
        .matches(failure -> ((RetentionTooShortException) failure).passes())
        .hasMessageContaining("outbox, then lag");
  }

  @Test
  void whatIsTooLongByWhatIsKnownIsRefusedThoughTheRestIsNot() {
    ReplayHorizonSource silent =
        () -> {
          throw new HorizonUnknownException("down", null);
        };

    assertThatThrownBy(
            () -> new RetentionGuard(days(20), List.of(() -> List.of(TOPIC), silent)).check())
        .isInstanceOf(RetentionTooShortException.class);
    assertThatThrownBy(
            () -> new RetentionGuard(days(21), List.of(silent, () -> List.of(TOPIC))).check())
        .isInstanceOf(HorizonUnknownException.class);
  }

  private static void check(int retention, ReplayHorizon... horizons) throws Exception {
    new RetentionGuard(days(retention), List.of(() -> List.of(horizons))).check();
  }

  private static ReplayHorizon published(String what, int days) {
    return ReplayHorizon.publishedAgain(what, days(days));
  }

  private static ReplayHorizon kept(String what, int days) {
    return ReplayHorizon.kept(what, days(days));
  }

  private static ReplayHorizon lag(int days) {
    return ReplayHorizon.unread("lag", days(days));
  }

  private static Duration days(int days) {
    return Duration.ofDays(days);
  }
}
