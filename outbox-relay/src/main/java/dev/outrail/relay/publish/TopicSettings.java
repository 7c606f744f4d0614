package dev.outrail.relay.publish;

/**
 * How missing topics are created.
 *
 * @param create whether they are at all
 * @param replicationFactor -1 for the broker's default
 * @param minInsyncReplicas 0 for the broker's default
 */
public record TopicSettings(
    boolean create, int partitions, int replicationFactor, int minInsyncReplicas) {}
