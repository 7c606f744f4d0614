/** Says what MySQL or Kafka still lacks, and how to fix it, before the relay starts. */
@NullMarked
package dev.outrail.relay.preflight;

import org.jspecify.annotations.NullMarked;
