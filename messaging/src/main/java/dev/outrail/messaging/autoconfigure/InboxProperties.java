package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.inbox.InboxPurge;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the inbox forgets.
 *
 * @param retention how long marks are kept whose ids are UUIDv7, as those of outrail's outbox;
 *     unset: for ever, nothing is purged
 * @param retentionForForeignIds how long marks of other ids are kept; unset: for ever. A message of
 *     them that comes again after that is applied again
 * @param purgeInterval the pause between two purges
 * @param relayUrl where the relay is asked how far back it can replay, such as {@code
 *     http://localhost:8191}
 * @param relayReplayHorizon how far back the relay can replay, where it cannot be asked
 */
@ConfigurationProperties("outrail.messaging.inbox")
public record InboxProperties(
    @Nullable Duration retention,
    @Nullable Duration retentionForForeignIds,
    @DefaultValue("10m") Duration purgeInterval,
    @Nullable URI relayUrl,
    @Nullable Duration relayReplayHorizon) {

  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  /**
   * @throws IllegalArgumentException if a value makes no sense, with the key's name
   */
  public InboxProperties {
    if (retention != null && retention.compareTo(InboxPurge.SHORTEST_RETENTION) < 0) {
      throw new IllegalArgumentException(
          "outrail.messaging.inbox.retention is %s, it must be %s or longer"
              .formatted(retention, InboxPurge.SHORTEST_RETENTION));
    }
    if (retentionForForeignIds != null
        && (retention == null || retentionForForeignIds.compareTo(retention) < 0)) {
      throw new IllegalArgumentException(
          "outrail.messaging.inbox.retention-for-foreign-ids is %s, it must be outrail.messaging.inbox.retention (%s) or longer"
              .formatted(retentionForForeignIds, retention == null ? "unset" : retention));
    }
    if (purgeInterval.compareTo(SHORTEST_INTERVAL) < 0) {
      throw new IllegalArgumentException(
          "outrail.messaging.inbox.purge-interval is %s, it must be %s or longer"
              .formatted(purgeInterval, SHORTEST_INTERVAL));
    }
    if (retention != null && relayUrl == null && relayReplayHorizon == null) {
      throw new IllegalArgumentException(
          "outrail.messaging.inbox.retention is set, so it must be known how far back the relay can replay: set outrail.messaging.inbox.relay-url, or state it in outrail.messaging.inbox.relay-replay-horizon");
    }
    if (relayUrl != null && relayUrl.getHost() == null) {
      throw new IllegalArgumentException(
          "outrail.messaging.inbox.relay-url must name a host, not '%s'".formatted(relayUrl));
    }
  }
}
