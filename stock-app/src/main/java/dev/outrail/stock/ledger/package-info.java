/**
 * The stock's tables, and the order in which every transaction takes their rows.
 *
 * <p><b>Order.</b> Locks by order and SKU, then stock by SKU, each ascending and each once, before
 * anything is decided; what is decided then changes only rows that are taken. Transactions over the
 * same SKUs therefore wait for each other in a line and never in a circle. That holds because each
 * statement looks its rows up one by one, in the order of the list that it is given: with {@code IN
 * (...)} MySQL would scan a small table as a whole and wait for rows that are none of its business.
 *
 * <p><b>Tombstones.</b> A request to lock writes its locks and then looks for a tombstone; a
 * release writes the tombstone and then looks for locks. Both look with locking reads, which see
 * what is committed and wait for what is not. Whichever writes second finds what the other wrote:
 * either the release finds the locks and gives them back, or the request finds the tombstone and
 * gives up. If both have written and neither has looked, they wait for each other and MySQL ends
 * one of them at once, which is then repeated; this takes a lock request and the closing of the
 * same order within the same few milliseconds.
 *
 * <p><b>Isolation.</b> All transactions run with READ COMMITTED (application.yml). Nothing here
 * relies on a snapshot. Under REPEATABLE READ, to look for a tombstone that is not there would lock
 * the gap where it would be, for new orders the end of the table: each release would wait for every
 * request under way and, with new ones always coming, for long; and two requests that look for
 * locks of new orders would each lock the gap that the other inserts into.
 */
@NullMarked
package dev.outrail.stock.ledger;

import org.jspecify.annotations.NullMarked;
