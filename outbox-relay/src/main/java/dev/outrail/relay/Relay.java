package dev.outrail.relay;

import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.ReadAlong;
import dev.outrail.relay.check.Check;
import dev.outrail.relay.check.Finding;
import dev.outrail.relay.check.StartChecks;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.leadership.Leadership;
import dev.outrail.relay.ops.State;
import dev.outrail.relay.position.Memory;
import dev.outrail.relay.position.StoredPosition;
import dev.outrail.relay.problem.ExitCode;
import dev.outrail.relay.problem.Fatal;
import dev.outrail.relay.problem.FencedException;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.RefusedException;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.Poison;
import dev.outrail.relay.publish.Publisher;
import dev.outrail.relay.publish.PublisherSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one cycle going: connect, wait for the lease, fence, read the position, publish run by run
 * until something fails; then everything is torn down, the lease is given away, and a new cycle
 * begins at the position in Kafka. There is no other way to go on after a failure, so there is none
 * that could go wrong on its own.
 *
 * <p>{@link #run()} is one thread's work; {@link Stop} ends it.
 */
final class Relay {

  private static final Logger log = LoggerFactory.getLogger(Relay.class);

  /** A lease that is free is had within this; longer means that somebody holds it. */
  private static final Duration FREE_LEASE = Duration.ofMillis(1_500);

  /** Two relays of a name that hold leases in two MySQL servers must not chase each other. */
  private static final Duration ABSTAIN_WHEN_FENCED = Duration.ofSeconds(10);

  private static final Duration HALTED_STANDBY_RESTS = Duration.ofSeconds(10);

  private static final Duration ABSTAIN = Duration.ofSeconds(1);

  /** They have handlers that only log, and a producer whose thread is gone answers nothing. */
  private static final String KAFKA_THREADS = "kafka-";

  private final RelayContext context;
  private final RelayConfig config;
  private final Poison poison;
  private final Backoff backoff;
  private final Set<Finding> warned = new HashSet<>();
  private boolean reachedOnce;

  Relay(RelayContext context) {
    this.context = context;
    this.config = context.config();
    this.poison = new Poison(config.kafka().poisonPolicy());
    this.backoff =
        new Backoff(
            config.backoff().initial(), config.backoff().max(), RandomGenerator.getDefault());
  }

  /** Works until asked to stop, or until going on makes no sense. */
  ExitCode run() throws InterruptedException {
    Instant patientUntil = context.clock().instant().plus(config.startPatience());
    try (Leadership leadership =
        Leadership.join(
            context.wiring()::server, config.name(), config.lease(), context.status()::alive)) {
      while (!stopping()) {
        try {
          cycle(leadership);
        } catch (TransientException e) {
          if (stopping()) {
            break;
          }
          if (!reachedOnce && context.clock().instant().isAfter(patientUntil)) {
            log.error(
                "Giving up the start after {} s: {}",
                config.startPatience().toSeconds(),
                e.getMessage());
            return ExitCode.REFUSED;
          }
          Duration pause = backoff.next();
          log.debug("Cycle failed", e);
          context.metrics().retry();
          context.status().retrying(String.valueOf(e.getMessage()), pause);
          context.facts().standby(null);
          leadership.release(pause); // perhaps another fares better
          context.stop().await(pause);
        } catch (SteppedDownException e) {
          log.warn("STEPPED DOWN: {}; nothing is published here any more", e.getMessage());
          leadership.release(ABSTAIN);
        } catch (FencedException e) {
          log.warn(
              "FENCED: {} Nothing was published here since; standing by. If this repeats, relays named '{}' use different"
                  + " MySQL servers: give them one, or names of their own.",
              e.getMessage(),
              config.name());
          leadership.release(leadership.held() ? ABSTAIN_WHEN_FENCED : Duration.ZERO);
        } catch (RefusedException e) {
          e.problems().forEach(problem -> log.error("REFUSED: {}", problem));
          return e.exitCode();
        } catch (HaltException e) {
          log.debug("Halted", e);
          halt(e, leadership);
          if (stopping()) {
            return ExitCode.HALTED;
          }
        } catch (InterruptException e) {
          Thread.interrupted(); // Kafka's wrapper has set it again; whoever interrupts has asked to
          // stop
          break;
        }
      }
    }
    return ExitCode.STOPPED;
  }

  /**
   * One cycle.
   *
   * <ol>
   *   <li>Check MySQL, connect to Kafka. A crash here or in any gap up to 3 changes nothing
   *       anywhere.
   *   <li>Wait for the lease; if another has it, follow that one and read along.
   *   <li>Fence the others of this name, whose last transaction is settled then, and read the
   *       position, or, if there is none, have the first start make one.
   *   <li>Publish from there: see {@link Term}.
   * </ol>
   */
  private void cycle(Leadership leadership) throws InterruptedException {
    context.status().starting("MySQL " + config.mysql() + ", Kafka " + config.kafka());
    MySqlServer server = context.wiring().server();
    StartChecks checks = context.wiring().checks(server);
    heed(reachedOnce ? checks.mysql() : checks.servers());
    try (Publisher publisher = prepare()) {
      ReadAlong along =
          leadership.await(FREE_LEASE) ? null : standBy(server, publisher, leadership);
      if (stopping()) {
        if (along != null) {
          along.close();
        }
        return;
      }
      if (serve(server, publisher, leadership, along)) {
        return;
      }
    }
    if (!stopping()) {
      new FirstStart(context, this::prepare).run(server);
    }
  }

  private @Nullable ReadAlong standBy(
      MySqlServer server, Publisher publisher, Leadership leadership) throws InterruptedException {
    return new StandBy(context, server, publisher, leadership)
        .run(() -> reachedOnce = true, backoff::reset);
  }

  /** Works as the active relay; false if there is no position yet. */
  private boolean serve(
      MySqlServer server, Publisher publisher, Leadership leadership, @Nullable ReadAlong along)
      throws InterruptedException {
    Term made;
    try {
      made = begin(server, publisher, leadership, along);
    } catch (RuntimeException e) {
      close(along);
      throw e;
    }
    if (made == null) {
      close(along);
      return false;
    }
    try (Term term = made) {
      run(term, leadership);
    }
    return true;
  }

  /** Where another may fare better, it need not wait for what is closed here. */
  private static void run(Term term, Leadership leadership) throws InterruptedException {
    try {
      term.run();
    } catch (TransientException e) {
      leadership.release(ABSTAIN);
      throw e;
    } catch (HaltException e) {
      if (e.scope() == HaltException.Scope.PROCESS) {
        leadership.release(HALTED_STANDBY_RESTS);
      }
      throw e;
    }
  }

  /** Takes over from whoever was active before; null if there is no position yet. */
  private @Nullable Term begin(
      MySqlServer server, Publisher publisher, Leadership leadership, @Nullable ReadAlong along) {
    long begun = System.nanoTime();
    Memory memory = publisher.begin();
    Fatal.endTheProcessFrom(KAFKA_THREADS);
    StoredPosition stored = memory.position();
    log.info(
        "ACTIVE: has the lease, has fenced the others and read the position in {} ms",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    reachedOnce = true;
    if (stored == null) {
      return null;
    }
    if (stored.upTo() != null) {
      context.status().publishedUpTo(stored.upTo());
    }
    return new Term(
        context, server, publisher, leadership, memory, stored.position(), along, backoff::reset);
  }

  private static void close(@Nullable ReadAlong along) {
    if (along != null) {
      along.close();
    }
  }

  private Publisher prepare() {
    return prepare(context.wiring().publisher());
  }

  private Publisher prepare(PublisherSettings settings) {
    Publisher prepared;
    try {
      prepared = Publisher.prepare(settings, context.wiring().owner(), context.clock(), poison);
    } catch (RefusedException e) {
      if (reachedOnce) { // somebody rotates kafka.client.file, and is not done
        throw new TransientException(String.valueOf(e.getMessage()), e);
      }
      throw e;
    }
    Fatal.endTheProcessFrom(KAFKA_THREADS);
    return prepared;
  }

  /**
   * A start is refused by what stands against it, however much it is; later on one thing is as good
   * a reason to try again as several.
   */
  private void heed(List<Finding> findings) {
    findings.stream()
        .filter(finding -> finding.check().level() == Check.Level.WARN)
        .filter(warned::add)
        .forEach(finding -> log.warn("{}", finding));
    List<Problem> problems =
        findings.stream()
            .filter(finding -> finding.check().level() == Check.Level.REFUSE)
            .map(Finding::problem)
            .toList();
    if (problems.isEmpty()) {
      return;
    }
    if (!reachedOnce) {
      throw new RefusedException(problems);
    }
    throw new TransientException(problems.get(0).toString(), null);
  }

  /**
   * Waits for a decision, keeping the lease if another relay would halt, too. One whose reason is
   * its own gives the lease away, and tries again after a while, in case nobody else works or the
   * reason is gone. So does one that only waits for the lease.
   */
  private void halt(HaltException reason, Leadership leadership) throws InterruptedException {
    Problem problem = reason.problem();
    context.status().halted(problem);
    if (reason.scope() == HaltException.Scope.PROCESS || !leadership.await(FREE_LEASE)) {
      leadership.release(HALTED_STANDBY_RESTS);
      context.facts().standby(null);
      rest(new HaltedDesk(context, null));
      return;
    }
    HaltedDesk desk = new HaltedDesk(context, this::prepare);
    Instant reminder = context.clock().instant().plus(Duration.ofMinutes(10));
    while (leadership.held() && !context.stop().await(Duration.ofMillis(100))) {
      context.facts().active();
      serve(desk);
      if (desk.decided()) {
        context.status().state(State.STARTING, "decided; trying again");
        return;
      }
      if (context.clock().instant().isAfter(reminder)) {
        log.error("Still HALTED: {}", problem);
        reminder = context.clock().instant().plus(Duration.ofMinutes(10));
      }
    }
  }

  private void rest(HaltedDesk desk) throws InterruptedException {
    Instant until = context.clock().instant().plus(HALTED_STANDBY_RESTS);
    while (!desk.decided()
        && context.clock().instant().isBefore(until)
        && !context.stop().await(Duration.ofMillis(100))) {
      serve(desk);
    }
  }

  private void serve(HaltedDesk desk) {
    try {
      context.mailbox().work(desk);
    } catch (RuntimeException e) {
      log.warn("An operation on the halted relay failed: {}", e.toString());
    }
  }

  private boolean stopping() {
    return context.stop().isAsked();
  }
}
