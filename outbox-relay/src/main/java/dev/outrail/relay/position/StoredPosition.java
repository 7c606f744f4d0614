package dev.outrail.relay.position;

/**
 * A position as it stands in Kafka.
 *
 * @param owner the relay process that wrote it; whoever was fenced looks here to see whether it was
 *     replaced
 */
public record StoredPosition(Position position, String owner) {}
