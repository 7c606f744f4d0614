package dev.outrail.messaging.autoconfigure;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class InboxPropertiesTest {

  private static final Duration DAY = Duration.ofDays(1);

  /** Whose messages are not refused when they come again must be remembered at least as long. */
  @Test
  void marksOfForeignIdsAreKeptAtLeastAsLongAsTheOthers() {
    assertThatThrownBy(() -> of(null, DAY)).hasMessageContaining("retention-for-foreign-ids");
    assertThatThrownBy(() -> of(DAY, DAY.minusSeconds(1)))
        .hasMessageContaining("retention-for-foreign-ids")
        .hasMessageContaining("PT24H");
    assertThatCode(() -> of(DAY, DAY)).doesNotThrowAnyException();
  }

  private static InboxProperties of(Duration retention, Duration retentionForForeignIds) {
    return new InboxProperties(retention, retentionForForeignIds, DAY, null, DAY);
  }
}
