package dev.outrail.bench.result;

/**
 * One figure of one run.
 *
 * @param question what was asked: {@code drain}, {@code lateness}, {@code flow}, {@code writer},
 *     {@code apply}, {@code idle}
 * @param scenario the circumstances, such as {@code 300000x256} or {@code 200/s}
 * @param contender its id
 * @param round from 1
 * @param metric what was measured, with its unit behind the last underscore, such as {@code
 *     visible_p99_ms}
 */
public record Measurement(
    String question, String scenario, String contender, int round, String metric, double value) {}
