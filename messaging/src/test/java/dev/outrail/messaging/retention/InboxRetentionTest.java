package dev.outrail.messaging.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.inbox.InboxPurge;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

class InboxRetentionTest {

  /** As when Spring pauses a context and goes on with it. */
  @Test
  void canBeStartedAgainAfterAStop() {
    SimpleDriverDataSource nowhere = new SimpleDriverDataSource();
    InboxRetention retention =
        new InboxRetention(
            Duration.ofDays(1),
            null,
            Duration.ofHours(1),
            new RetentionGuard(Duration.ofDays(1), List.of()),
            new InboxPurge(JdbcClient.create(nowhere), new JdbcTransactionManager(nowhere)));

    retention.start();
    retention.stop();
    retention.start();

    assertThat(retention.isRunning()).isTrue();
    retention.stop();
    assertThat(retention.isRunning()).isFalse();
  }
}
