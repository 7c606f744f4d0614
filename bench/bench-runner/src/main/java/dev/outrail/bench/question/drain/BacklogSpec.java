package dev.outrail.bench.question.drain;

/**
 * A backlog in the binlog.
 *
 * @param label names the scenario in the results
 * @param events how many outbox rows, each committed by a transaction of its own
 * @param bytes about how large each event is
 * @param databases how many outbox tables they are spread over
 * @param otherRows how many rows of other tables are written with each outbox row; one at least,
 *     the payment's own
 */
public record BacklogSpec(String label, int events, int bytes, int databases, int otherRows) {}
