package dev.outrail.relay.cli;

import dev.outrail.relay.problem.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "resume",
    description = "End a pause, or let a halted relay try again.",
    sortOptions = false)
final class ResumeVerb extends Verb {

  @Mixin private final Reason reason = new Reason();

  ResumeVerb(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  ExitCode ask(RelayClient relay) {
    return tell(relay.post("/resume", reason.fields()), Verb::tellDone);
  }
}
