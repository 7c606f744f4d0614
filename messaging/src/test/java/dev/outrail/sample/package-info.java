/**
 * A stranger's application, made with nothing but what the README of this module shows: accounts
 * are opened here and welcomed there.
 */
@NullMarked
package dev.outrail.sample;

import org.jspecify.annotations.NullMarked;
