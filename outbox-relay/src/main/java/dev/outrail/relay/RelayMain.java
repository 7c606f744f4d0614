package dev.outrail.relay;

import dev.outrail.relay.cli.Verbs;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;

/** Starts the relay, or asks a running one. */
public final class RelayMain {

  private RelayMain() {}

  public static void main(String[] arguments) {
    SLF4JBridgeHandler.removeHandlersForRootLogger(); // the binlog client logs there
    SLF4JBridgeHandler.install();
    RelayCommand command = new RelayCommand();
    CommandLine line = new CommandLine(command);
    Verbs.addTo(line, command::file, System.getenv());
    int code = line.execute(arguments);
    if (code != RelayCommand.ENDED_BY_SIGNAL) {
      System.exit(code);
    }
  }
}
