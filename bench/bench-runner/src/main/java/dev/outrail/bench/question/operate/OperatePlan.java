package dev.outrail.bench.question.operate;

import java.time.Duration;

/**
 * How much is done.
 *
 * @param idle how long a carrier is looked at that has nothing to carry; zero for not at all
 * @param takeovers how often the active relay is killed while another stands by
 * @param restarts how often a relay without a standby is stopped and started
 */
public record OperatePlan(Duration idle, int takeovers, int restarts) {}
