package dev.outrail.relay.problem;

/** How the process ends, for supervisors and scripts. */
public enum ExitCode {
  STOPPED(0, "stopped as asked (SIGTERM, SIGINT), or --check-config found nothing wrong"),
  UNEXPECTED(1, "an error that should not happen; the log has its stack trace"),
  USAGE(2, "a setting or command line argument is missing, unknown or invalid"),
  REFUSED(
      3,
      "MySQL or Kafka is not set up for the relay, or was not reachable at the start; the log names the remedy"),
  HALTED(4, "stopped as asked while halted: a person had to decide something and has not yet"),
  OPERATION_REFUSED(6, "an operator's verb: the relay refused it; the message names the remedy"),
  NOT_REACHABLE(7, "an operator's verb: no relay answers at that address");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  public String meaning() {
    return meaning;
  }
}
