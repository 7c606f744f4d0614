package dev.outrail.bench.question.operate;

/**
 * How much is done.
 *
 * @param takeovers how often the active relay is killed while another stands by
 * @param restarts how often a relay without a standby is stopped and started
 */
public record OperatePlan(int takeovers, int restarts) {}
