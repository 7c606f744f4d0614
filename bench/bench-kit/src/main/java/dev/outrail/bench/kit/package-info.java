/**
 * What every contender's process shares: the payment, the load, and the agent that the runner
 * speaks to.
 */
@NullMarked
package dev.outrail.bench.kit;

import org.jspecify.annotations.NullMarked;
