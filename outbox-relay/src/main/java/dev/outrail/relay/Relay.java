package dev.outrail.relay;

import dev.outrail.relay.capture.Capture;
import dev.outrail.relay.capture.CapturedEvent;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.ops.RelayMetrics;
import dev.outrail.relay.ops.RelayStatus;
import dev.outrail.relay.ops.State;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.problem.ExitCode;
import dev.outrail.relay.problem.FencedException;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.RefusedException;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.Publisher;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one cycle going: producer, position, capture, and runs of events until something fails;
 * then everything is torn down and a new cycle begins at the position in Kafka. There is no other
 * way to go on after a failure, so there is none that could go wrong on its own.
 *
 * <p>{@link #run()} is one thread's work; {@link Stop} ends it.
 */
final class Relay {

  private static final Logger log = LoggerFactory.getLogger(Relay.class);

  private static final Duration TURN = Duration.ofMillis(250);

  private final RelayConfig config;
  private final Wiring wiring;
  private final RelayStatus status;
  private final RelayMetrics metrics;
  private final Stop stop;
  private final InstantSource clock;
  private final String owner = UUID.randomUUID().toString();
  private final Backoff backoff;
  private boolean reachedOnce;

  Relay(
      RelayConfig config,
      RelayStatus status,
      RelayMetrics metrics,
      Stop stop,
      InstantSource clock) {
    this.config = config;
    this.wiring = new Wiring(config);
    this.status = status;
    this.metrics = metrics;
    this.stop = stop;
    this.clock = clock;
    this.backoff =
        new Backoff(
            config.backoff().initial(), config.backoff().max(), RandomGenerator.getDefault());
  }

  /** Works until asked to stop, or until going on makes no sense. */
  ExitCode run() throws InterruptedException {
    Instant patientUntil = clock.instant().plus(config.startPatience());
    while (!stop.isAsked()) {
      try {
        cycle();
      } catch (TransientException e) {
        if (stop.isAsked()) {
          break;
        }
        if (!reachedOnce && clock.instant().isAfter(patientUntil)) {
          log.error(
              "Giving up the start after {} s: {}",
              config.startPatience().toSeconds(),
              e.getMessage());
          return ExitCode.REFUSED;
        }
        Duration pause = backoff.next();
        log.debug("Cycle failed", e);
        metrics.retry();
        status.retrying(String.valueOf(e.getMessage()), pause);
        stop.await(pause);
      } catch (RefusedException e) {
        e.problems().forEach(problem -> log.error("REFUSED: {}", problem));
        return ExitCode.REFUSED;
      } catch (HaltException e) {
        log.debug("Halted", e);
        return halt(e.problem());
      } catch (FencedException e) {
        log.error(
            "FENCED: {} This process ends; it has published nothing since. (name={})",
            e.getMessage(),
            config.name());
        return ExitCode.FENCED;
      } catch (InterruptException e) {
        Thread.interrupted(); // Kafka's wrapper has set it again; whoever interrupts has asked to
        // stop
        break;
      }
    }
    return ExitCode.STOPPED;
  }

  /**
   * One cycle.
   *
   * <ol>
   *   <li>Check MySQL. A crash here or in any gap up to 5 changes nothing anywhere.
   *   <li>Open the producer: older relays of this name are fenced, their last transaction is
   *       settled.
   *   <li>Read the position, or, if there is none, have the first start make one.
   *   <li>Write the position again under this process's name, so that a fenced predecessor knows
   *       that it was replaced.
   *   <li>Capture from there and publish run by run. A crash between two runs, or inside one,
   *       leaves the position of the last committed run, and exactly its events, in Kafka.
   * </ol>
   */
  private void cycle() throws InterruptedException {
    status.starting("MySQL " + config.mysql() + ", Kafka " + config.kafka());
    MySqlServer server = wiring.server();
    check(server);
    try (Publisher publisher = Publisher.open(wiring.publisher(), owner, clock)) {
      Position position = publisher.position();
      if (position != null) {
        reachedOnce = true;
        publisher.publish(List.of(), position);
        publisher.ensureTopics(config.kafka().topics());
        try (Capture capture = Capture.start(wiring.capture(server), position.completed())) {
          relay(publisher, capture, position);
        }
        return;
      }
    }
    new FirstStart(config, wiring.publisher(), owner, clock, status, stop).run(server);
  }

  private void relay(Publisher publisher, Capture capture, Position start)
      throws InterruptedException {
    RunCommitter committer =
        new RunCommitter(
            publisher, start, status, metrics, clock, config.kafka().positionInterval());
    RunRule rule = new RunRule(config.runs().maxEvents());
    while (!stop.isAsked()) {
      if (rule.gather(capture.waiting())) {
        capture.gather(config.runs().maxEvents(), config.runs().gather());
      }
      List<CapturedEvent> events =
          capture.take(config.runs().maxEvents(), config.runs().maxBytes(), TURN);
      rule.took(events.size());
      boolean connected = capture.connected();
      status.turn(connected, capture.waiting());
      if (connected && !events.isEmpty()) {
        backoff.reset();
        status.state(State.RUNNING, "reading the binlog after " + start.completed());
      }
      committer.publish(events);
      if (connected && (events.isEmpty() || committer.isTimely())) {
        status.caughtUp();
      }
    }
    committer.flush();
  }

  private void check(MySqlServer server) {
    List<Problem> problems = wiring.preflight(server).problems();
    if (problems.isEmpty()) {
      return;
    }
    if (!reachedOnce) {
      throw new RefusedException(problems);
    }
    throw new TransientException(problems.get(0).toString(), null);
  }

  private ExitCode halt(Problem problem) throws InterruptedException {
    status.halted(problem);
    while (!stop.await(Duration.ofMinutes(10))) {
      log.error("Still HALTED: {}", problem);
    }
    return ExitCode.HALTED;
  }
}
