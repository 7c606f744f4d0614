package dev.outrail.relay.cli;

import picocli.CommandLine.Command;

@Command(
    name = "resume",
    description = "End a pause, or let a halted relay try again.",
    sortOptions = false)
final class ResumeVerb extends PlainVerb {

  ResumeVerb(Surroundings surroundings) {
    super(surroundings, "/resume");
  }
}
