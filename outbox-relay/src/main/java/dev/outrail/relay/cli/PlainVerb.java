package dev.outrail.relay.cli;

import dev.outrail.relay.problem.ExitCode;
import picocli.CommandLine.Mixin;

/** A verb that takes nothing but a reason, and answers in one sentence. */
abstract class PlainVerb extends Verb {

  private final String path;

  @Mixin private final Reason reason = new Reason();

  /**
   * @param path where the relay is asked for it
   */
  PlainVerb(Surroundings surroundings, String path) {
    super(surroundings);
    this.path = path;
  }

  @Override
  final ExitCode ask(RelayClient relay) {
    return tell(relay.post(path, reason.fields()), Verb::tellDone);
  }
}
