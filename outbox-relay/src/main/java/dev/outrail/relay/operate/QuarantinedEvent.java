package dev.outrail.relay.operate;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event that could not be published.
 *
 * @param schema the database whose outbox it is in
 * @param gtid the transaction that wrote it; null if it came from the first start or a replay
 * @param reason why it could not be published, with its remedy
 */
public record QuarantinedEvent(
    String id,
    String schema,
    String topic,
    String key,
    String type,
    @Nullable String gtid,
    Instant quarantinedAt,
    String reason) {}
