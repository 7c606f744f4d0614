package dev.outrail.relay.cli;

import picocli.CommandLine.Command;

@Command(name = "handover", description = "Give the active role to a standby.", sortOptions = false)
final class HandoverVerb extends PlainVerb {

  HandoverVerb(Surroundings surroundings) {
    super(surroundings, "/handover");
  }
}
