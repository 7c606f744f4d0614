package dev.outrail.relay;

import ch.qos.logback.classic.LoggerContext;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.config.RelayConfigLoader;
import dev.outrail.relay.config.SettingsException;
import dev.outrail.relay.config.SettingsHelp;
import dev.outrail.relay.ops.LagProbe;
import dev.outrail.relay.ops.OpsServer;
import dev.outrail.relay.ops.RelayFacts;
import dev.outrail.relay.ops.RelayMetrics;
import dev.outrail.relay.ops.RelayStatus;
import dev.outrail.relay.ops.State;
import dev.outrail.relay.problem.ExitCode;
import dev.outrail.relay.problem.Fatal;
import dev.outrail.relay.purge.PurgeSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "relay",
    sortOptions = false,
    description = {
      "Carries committed outbox rows from MySQL to Kafka, each exactly once, in commit order per key.",
      "Without a command: runs the relay. With one: asks a running relay over HTTP."
    },
    commandListHeading = "%nCommands (relay <command> --help says more)%n")
final class RelayCommand implements Callable<Integer> {

  /** The shutdown hook ends the process then; see {@link #call}. */
  static final int ENDED_BY_SIGNAL = -1;

  private static final Logger log = LoggerFactory.getLogger(RelayCommand.class);

  /** How long an operator's verb waits for its turn, and as long again for its answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration GRACE = Duration.ofSeconds(4);

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "Settings file. Without it, ./relay.properties if there is one; the environment wins over both.")
  private @Nullable Path configFile;

  @Option(
      names = "--check-config",
      description = "Check the settings, connect to MySQL and Kafka, say what is missing, and end.")
  private boolean checkConfig;

  @Option(names = "--help", description = "Print this, every setting and the exit codes, and end.")
  private boolean help;

  @Option(names = "--version", description = "Print the version and end.")
  private boolean version;

  @Override
  public Integer call() {
    if (help) {
      printHelp();
      return ExitCode.STOPPED.code();
    }
    if (version) {
      out().println("outbox-relay " + version());
      return ExitCode.STOPPED.code();
    }
    RelayConfig config;
    try {
      config = RelayConfigLoader.load(file(), System.getenv());
    } catch (SettingsException e) {
      log.error("{}", e.getMessage());
      return ExitCode.USAGE.code();
    }
    String refused = new Wiring(config).publisher().refused();
    if (refused != null) {
      log.error("{}", refused);
      return ExitCode.USAGE.code();
    }
    return checkConfig ? new ConfigCheck(config, out()).run().code() : run(config);
  }

  /**
   * Runs until a signal or until the relay gives up. On a signal the shutdown hook waits for the
   * relay to finish its run and sets the exit code itself; a JVM would otherwise answer SIGTERM
   * with 143.
   */
  @SuppressWarnings("try") // the HTTP server is there until the end of the block
  private int run(RelayConfig config) {
    InstantSource clock = InstantSource.system();
    RelayStatus status = new RelayStatus(clock);
    RelayFacts facts = new RelayFacts();
    PurgeSettings purge = config.purge();
    facts.rowsKept(purge.mode() == PurgeSettings.Mode.OFF ? null : purge.retention());
    Stop stop = new Stop();
    AtomicReference<@Nullable ExitCode> ended = new AtomicReference<>();
    Fatal.endTheProcess();
    log.info("outbox-relay {} '{}' relays {}", version(), config.name(), config.tables());
    Wiring wiring = new Wiring(config);
    try (LagProbe lag =
            new LagProbe(
                wiring::server,
                config.tables(),
                config.from() instanceof RelayConfig.From.Beginning,
                status,
                facts,
                clock);
        RelayMetrics metrics = new RelayMetrics(status, facts, lag, clock)) {
      RelayContext context =
          new RelayContext(
              config, wiring, status, facts, metrics, new Mailbox(PATIENCE), stop, clock);
      try (OpsServer ops =
          OpsServer.start(
              config.http(),
              config.name(),
              status,
              facts,
              lag,
              metrics,
              new RelayOperations(context))) {
        wiring.serving(ops.port());
        return run(context, ended);
      }
    } catch (IOException e) {
      log.error("{}", e.getMessage());
      return ExitCode.USAGE.code();
    }
  }

  private static int run(RelayContext context, AtomicReference<@Nullable ExitCode> ended) {
    Thread worker = Thread.currentThread();
    Thread hook =
        new Thread(() -> endBySignal(worker, context.stop(), context.status(), ended), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      ended.set(new Relay(context).run());
    } catch (InterruptedException e) {
      ended.set(ExitCode.STOPPED);
    } catch (RuntimeException | Error e) {
      log.error("Unexpected; nothing was published past the last confirmed position", e);
      ended.set(ExitCode.UNEXPECTED);
    }
    ExitCode code = ended.get();
    return context.stop().isAsked() || code == null ? ENDED_BY_SIGNAL : code.code();
  }

  private static void endBySignal(
      Thread worker, Stop stop, RelayStatus status, AtomicReference<@Nullable ExitCode> ended) {
    if (!worker.isAlive() || ended.get() != null) {
      return; // the relay has ended by itself; this hook runs because of System.exit
    }
    status.state(State.STOPPING, "asked to stop");
    stop.ask();
    try {
      worker.join(GRACE.toMillis());
      if (worker.isAlive()) {
        worker
            .interrupt(); // it waits for a server that does not answer; nothing is lost by leaving
        worker.join(GRACE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ExitCode code = Objects.requireNonNullElse(ended.get(), ExitCode.STOPPED);
    log.info("Stopped, exit code {}", code.code());
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
    Runtime.getRuntime().halt(code.code());
  }

  /** The settings file that was named or is there; null for none. */
  @Nullable Path file() {
    Path chosen = configFile;
    if (chosen != null) {
      return chosen;
    }
    Path here = Path.of("relay.properties");
    return Files.isRegularFile(here) ? here : null;
  }

  private void printHelp() {
    PrintWriter out = out();
    if (spec != null) {
      spec.commandLine().usage(out);
    }
    out.println(
        "\nSettings: in the file as below (mysql.host=db), in the environment as OUTRAIL_RELAY_MYSQL_HOST=db.");
    out.print(SettingsHelp.text());
    out.println("\nExit codes");
    for (ExitCode code : ExitCode.values()) {
      out.printf("  %d  %s%n", code.code(), code.meaning());
    }
    out.flush();
  }

  private PrintWriter out() {
    return spec == null
        ? new PrintWriter(System.out, true, Charset.defaultCharset())
        : spec.commandLine().getOut();
  }

  private static String version() {
    String version = RelayCommand.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
