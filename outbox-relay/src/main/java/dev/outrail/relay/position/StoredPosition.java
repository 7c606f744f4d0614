package dev.outrail.relay.position;

import org.jspecify.annotations.Nullable;

/**
 * A position as it stands in Kafka.
 *
 * @param owner the relay process that wrote it; whoever was fenced looks here to see whether it was
 *     replaced
 * @param address where that process serves its operator's interface; null if it did not say
 */
public record StoredPosition(Position position, String owner, @Nullable String address) {}
