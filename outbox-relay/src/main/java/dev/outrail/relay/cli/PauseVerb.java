package dev.outrail.relay.cli;

import dev.outrail.relay.problem.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "pause",
    description = "Stop publishing until resumed; survives restarts and take-overs.",
    sortOptions = false)
final class PauseVerb extends Verb {

  @Mixin private final Reason reason = new Reason();

  PauseVerb(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  ExitCode ask(RelayClient relay) {
    return tell(relay.post("/pause", reason.fields()), Verb::tellDone);
  }
}
