package dev.outrail.relay.cli;

import dev.outrail.relay.problem.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "handover", description = "Give the active role to a standby.", sortOptions = false)
final class HandoverVerb extends Verb {

  @Mixin private final Reason reason = new Reason();

  HandoverVerb(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  ExitCode ask(RelayClient relay) {
    return tell(relay.post("/handover", reason.fields()), Verb::tellDone);
  }
}
