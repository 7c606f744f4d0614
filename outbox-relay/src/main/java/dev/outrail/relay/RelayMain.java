package dev.outrail.relay;

import picocli.CommandLine;

/** Starts the relay. */
public final class RelayMain {

  private RelayMain() {}

  public static void main(String[] arguments) {
    int code = new CommandLine(new RelayCommand()).execute(arguments);
    if (code != RelayCommand.ENDED_BY_SIGNAL) {
      System.exit(code);
    }
  }
}
