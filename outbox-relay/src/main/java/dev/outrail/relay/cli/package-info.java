/**
 * The operator's verbs as a command line: asks a running relay over HTTP, tells what it answers.
 */
@NullMarked
package dev.outrail.relay.cli;

import org.jspecify.annotations.NullMarked;
