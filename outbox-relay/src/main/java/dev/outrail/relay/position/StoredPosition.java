package dev.outrail.relay.position;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A position as it stands in Kafka.
 *
 * @param owner the relay process that wrote it; whoever was fenced looks here to see whether it was
 *     replaced
 * @param address where that process serves its operator's interface; null if it did not say
 * @param upTo everything that was committed before is published; null if not known
 */
public record StoredPosition(
    Position position, String owner, @Nullable String address, @Nullable Instant upTo) {}
