/**
 * Methods that apply events: how they are declared, called, tried again, and when an event is given
 * up.
 */
@NullMarked
package dev.outrail.messaging.listener;

import org.jspecify.annotations.NullMarked;
