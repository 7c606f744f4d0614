package dev.outrail.relay;

import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.problem.ExitCode;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.Problem;
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
    List<Problem> problems;
    try {
      Wiring wiring = new Wiring(config);
      problems = wiring.preflight(wiring.server()).problems();
    } catch (TransientException e) {
      out.println("missing  " + e.getMessage());
      return false;
    }
    if (problems.isEmpty()) {
      out.println("ok       MySQL %s: binlog, GTID, rights, tables".formatted(config.mysql()));
      return true;
    }
    problems.forEach(
        problem -> {
          out.println("missing  " + problem.what());
          out.println("         " + problem.remedy());
        });
    return false;
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
