package dev.outrail.relay;

import dev.outrail.relay.check.Check;
import dev.outrail.relay.check.Finding;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.problem.ExitCode;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.KafkaCheck;
import java.io.PrintWriter;
import java.util.List;

/**
 * {@code --check-config}: everything that can be found out without publishing, fencing or changing
 * anything.
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
    boolean mysqlIsFine = mysql();
    boolean kafkaIsFine = kafka();
    boolean fine = mysqlIsFine && kafkaIsFine;
    out.println(fine ? "Ready to start." : "Not ready: see above.");
    out.flush();
    return fine ? ExitCode.STOPPED : ExitCode.REFUSED;
  }

  private boolean mysql() {
    List<Finding> findings;
    try {
      Wiring wiring = new Wiring(config);
      findings = wiring.checks(wiring.server()).mysql();
    } catch (TransientException e) {
      out.println("missing  " + e.getMessage());
      return false;
    }
    return report(findings, "MySQL %s".formatted(config.mysql()));
  }

  private boolean report(List<Finding> findings, String subject) {
    findings.forEach(
        finding -> {
          boolean warning = finding.check().level() == Check.Level.WARN;
          out.println((warning ? "warning  " : "missing  ") + finding.problem().what());
          out.println("         " + finding.problem().remedy());
        });
    boolean fine =
        findings.stream().allMatch(finding -> finding.check().level() == Check.Level.WARN);
    if (fine) {
      out.println("ok       " + subject);
    }
    return fine;
  }

  private boolean kafka() {
    try {
      out.println("ok       " + KafkaCheck.describe(new Wiring(config).publisher()));
      return true;
    } catch (TransientException e) {
      out.println("missing  " + e.getMessage());
    } catch (HaltException e) {
      out.println("missing  " + e.problem().what());
      out.println("         " + e.problem().remedy());
    }
    return false;
  }
}
