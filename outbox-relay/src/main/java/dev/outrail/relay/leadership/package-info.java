/** Which of the relays of one name works; the others wait, connected and ready. */
@NullMarked
package dev.outrail.relay.leadership;

import org.jspecify.annotations.NullMarked;
