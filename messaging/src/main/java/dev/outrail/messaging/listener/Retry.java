package dev.outrail.messaging.listener;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How often an event is tried that fails for a reason of its own (a constraint, a bug), and how
 * long the pauses between tries are, for whatever reason. Failures of the surroundings (a deadlock,
 * a server that is away) are tried without an end.
 *
 * <p>Placeholders ({@code ${...}}) are resolved.
 */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
public @interface Retry {

  /** In all, 1 or more. */
  String tries() default "${outrail.messaging.tries:10}";

  /** Before the second try; each further one is twice as long. Such as {@code 100ms}. */
  String first() default "100ms";

  /** Such as {@code 10s}. */
  String longest() default "10s";
}
