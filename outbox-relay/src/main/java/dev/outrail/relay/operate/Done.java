package dev.outrail.relay.operate;

import java.time.Instant;
import java.util.UUID;

/**
 * An operation took place and is audited.
 *
 * @param operationId its id in the audit topic
 * @param message what is true now, in one sentence
 */
public record Done(UUID operationId, String message, Instant at) {}
