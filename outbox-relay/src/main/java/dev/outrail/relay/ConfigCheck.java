package dev.outrail.relay;

import dev.outrail.relay.check.Check;
import dev.outrail.relay.check.Finding;
import dev.outrail.relay.check.StartChecks;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.problem.ExitCode;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.RefusedException;
import dev.outrail.relay.problem.TransientException;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code --check-config}: the start's checks, and an end. Publishes, fences and changes nothing.
 */
final class ConfigCheck {

  private final RelayConfig config;
  private final PrintWriter out;

  ConfigCheck(RelayConfig config, PrintWriter out) {
    this.config = config;
    this.out = out;
  }

  ExitCode run() {
    out.println(
        "ok       settings: relay '%s', outbox tables %s"
            .formatted(config.name(), config.tables()));
    ExitCode code = servers();
    out.println(code == ExitCode.STOPPED ? "Ready to start." : "Not ready: see above.");
    out.flush();
    return code;
  }

  private ExitCode servers() {
    try {
      Wiring wiring = new Wiring(config);
      StartChecks checks = wiring.checks(wiring.server());
      boolean mysqlIsFine = told(checks::mysql, "MySQL " + config.mysql());
      boolean kafkaIsFine = told(checks::kafka, "Kafka " + config.kafka());
      return mysqlIsFine && kafkaIsFine && told(checks::beginning, "the place to begin")
          ? ExitCode.STOPPED
          : ExitCode.REFUSED;
    } catch (RefusedException e) {
      e.problems().forEach(problem -> tell("missing", problem));
      return e.exitCode();
    } catch (TransientException e) { // a file of secrets
      out.println("missing  " + e.getMessage());
      return ExitCode.REFUSED;
    }
  }

  private boolean told(Supplier<List<Finding>> checks, String subject) {
    List<Finding> findings;
    try {
      findings = checks.get();
    } catch (TransientException e) {
      out.println("missing  " + e.getMessage());
      return false;
    } catch (HaltException e) {
      tell("missing", e.problem());
      return false;
    }
    boolean fine = true;
    for (Finding finding : findings) {
      boolean warning = finding.check().level() == Check.Level.WARN;
      tell(warning ? "warning" : "missing", finding.problem());
      fine &= warning;
    }
    if (fine) {
      out.println("ok       " + subject);
    }
    return fine;
  }

  private void tell(String how, Problem problem) {
    out.println(how + "  " + problem.what());
    out.println("         " + problem.remedy());
  }
}
