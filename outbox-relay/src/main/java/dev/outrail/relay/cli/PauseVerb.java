package dev.outrail.relay.cli;

import picocli.CommandLine.Command;

@Command(
    name = "pause",
    description = "Stop publishing until resumed; survives restarts and take-overs.",
    sortOptions = false)
final class PauseVerb extends PlainVerb {

  PauseVerb(Surroundings surroundings) {
    super(surroundings, "/pause");
  }
}
