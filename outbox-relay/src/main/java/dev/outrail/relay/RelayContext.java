package dev.outrail.relay;

import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.ops.RelayFacts;
import dev.outrail.relay.ops.RelayMetrics;
import dev.outrail.relay.ops.RelayStatus;
import java.time.InstantSource;

/** What all parts of one relay process share. */
record RelayContext(
    RelayConfig config,
    Wiring wiring,
    RelayStatus status,
    RelayFacts facts,
    RelayMetrics metrics,
    Mailbox mailbox,
    Stop stop,
    InstantSource clock) {}
