package dev.outrail.bench.measure.effect;

/**
 * What the consumer's database says.
 *
 * @param paid orders that were paid at least once
 * @param repeated how often an order was paid once more
 */
public record EffectCheck(long paid, long repeated) {}
