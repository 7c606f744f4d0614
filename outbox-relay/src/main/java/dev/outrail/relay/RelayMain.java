package dev.outrail.relay;

import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;

/** Starts the relay. */
public final class RelayMain {

  private RelayMain() {}

  public static void main(String[] arguments) {
    SLF4JBridgeHandler.removeHandlersForRootLogger(); // the binlog client logs there
    SLF4JBridgeHandler.install();
    int code = new CommandLine(new RelayCommand()).execute(arguments);
    if (code != RelayCommand.ENDED_BY_SIGNAL) {
      System.exit(code);
    }
  }
}
