package dev.outrail.relay.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** All verbs. */
public final class Verbs {

  private Verbs() {}

  /**
   * Adds the verbs as subcommands.
   *
   * @param configFile where the port and the token are read from, unless given; null for no file
   * @param environment wins over the file
   */
  public static void addTo(
      CommandLine line, Supplier<@Nullable Path> configFile, Map<String, String> environment) {
    Surroundings surroundings = new Surroundings(configFile, environment);
    line.addSubcommand(new StatusVerb(surroundings));
    line.addSubcommand(new PauseVerb(surroundings));
    line.addSubcommand(new ResumeVerb(surroundings));
    CommandLine position = new CommandLine(new PositionVerb(surroundings));
    position.addSubcommand(new PositionVerb.Show(surroundings));
    position.addSubcommand(new PositionVerb.Set(surroundings));
    line.addSubcommand(position);
    line.addSubcommand(new ReplayVerb(surroundings));
    CommandLine quarantine = new CommandLine(new QuarantineVerb(surroundings));
    quarantine.addSubcommand(new QuarantineVerb.Listing(surroundings));
    quarantine.addSubcommand(new QuarantineVerb.Retry(surroundings));
    quarantine.addSubcommand(new QuarantineVerb.Discard(surroundings));
    line.addSubcommand(quarantine);
    CommandLine purge = new CommandLine(new PurgeVerb(surroundings));
    purge.addSubcommand(new PurgeVerb.Release(surroundings));
    line.addSubcommand(purge);
    line.addSubcommand(new HandoverVerb(surroundings));
  }
}
