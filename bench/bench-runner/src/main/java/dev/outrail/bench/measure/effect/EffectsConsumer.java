package dev.outrail.bench.measure.effect;

import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.contender.Servers;
import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.OrderTables;
import dev.outrail.bench.kit.Written;
import dev.outrail.bench.measure.Pause;
import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.process.ExecutableJars;
import dev.outrail.testbed.process.FreePorts;
import dev.outrail.testbed.process.ManagedProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * A process that reads a scene's topic and pays the order of each payment, with our inbox: the same
 * for every contender. Closing it ends the process and drops its database.
 *
 * <p>For one thread.
 */
public final class EffectsConsumer implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final String CHECK =
      "SELECT COALESCE(SUM(times_paid > 0), 0), COALESCE(SUM(GREATEST(times_paid - 1, 0)), 0) FROM orders";

  /** How many messages are one transaction. */
  public enum Apply {
    /** A poll of records. */
    BATCH,
    SINGLE
  }

  private final MySqlServer mysql;
  private final String database;
  private final URI agent;
  private final ManagedProcess process;

  private EffectsConsumer(MySqlServer mysql, String database, URI agent, ManagedProcess process) {
    this.mysql = mysql;
    this.database = database;
    this.agent = agent;
    this.process = process;
  }

  /** Applies in batches. */
  public static EffectsConsumer start(Scene scene, long payments) {
    return start(scene, payments, Apply.BATCH);
  }

  /**
   * Creates the database and returns once the process has its partitions; it reads them from the
   * beginning.
   *
   * @param payments how many orders wait, from that of payment 0 on; a payment beyond them cannot
   *     be applied
   */
  public static EffectsConsumer start(Scene scene, long payments, Apply apply) {
    MySqlServer mysql = scene.servers().mysql();
    String database = scene.name().replace('-', '_') + "_shop";
    mysql.createDatabase(database);
    mysql.execute("USE " + database + ";" + OrderTables.DDL + OrderTables.waiting(0, payments));
    int port = FreePorts.reserve();
    ManagedProcess process =
        Servers.processOf(scene, "bench-consumer", ExecutableJars.find("bench/bench-outrail"))
            .args(
                "--bench.role=consumer",
                "--bench.apply=" + apply.name().toLowerCase(Locale.ROOT),
                "--bench.group=" + scene.name() + "-consumer",
                argument(BenchArgs.JDBC_URL, mysql.jdbcUrl(database)),
                argument(BenchArgs.JDBC_USER, mysql.rootUser()),
                argument(BenchArgs.JDBC_PASSWORD, mysql.rootPassword()),
                argument(BenchArgs.KAFKA, scene.servers().kafka().bootstrapServers()),
                argument(BenchArgs.TOPIC, scene.topic()),
                argument(BenchArgs.PORT, Integer.toString(port)))
            .start();
    EffectsConsumer consumer =
        new EffectsConsumer(mysql, database, URI.create("http://127.0.0.1:" + port), process);
    try {
      process.awaitHttpOk(consumer.agent.resolve("/ready"), START);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    return consumer;
  }

  private static String argument(String name, String value) {
    return "--" + name + "=" + value;
  }

  public ManagedProcess process() {
    return process;
  }

  /**
   * Freezes it. Beyond its session time-out (45 s) it loses its partitions, and gets them again
   * after {@link #resume}.
   */
  public void pause() {
    process.pause();
  }

  public void resume() {
    process.resume();
  }

  public EffectCounts counts() {
    return EffectCounts.parse(
        get("/count", body -> new String(body.readAllBytes(), StandardCharsets.US_ASCII)));
  }

  /** All effects so far; {@code due} is when the message had arrived at the consumer. */
  public Written effects() {
    return get("/effects", Written::readFrom);
  }

  /**
   * Waits for effects.
   *
   * @return whether there are so many; if not, {@code atMost} is over
   * @throws IllegalStateException if the process has ended
   */
  public boolean await(long effects, Duration atMost) {
    return awaitUntil(counts -> counts.applied() >= effects, atMost);
  }

  /** The same for messages, those that had been applied before included. */
  public boolean awaitMessages(long messages, Duration atMost) {
    return awaitUntil(counts -> counts.messages() >= messages, atMost);
  }

  /** What is in the database, whatever the process says. */
  public EffectCheck check() {
    try (Connection connection = mysql.dataSource(database).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(CHECK)) {
      row.next();
      return new EffectCheck(row.getLong(1), row.getLong(2));
    } catch (SQLException e) {
      throw new IllegalStateException("Asking for the effects in " + database, e);
    }
  }

  private boolean awaitUntil(Predicate<EffectCounts> condition, Duration atMost) {
    return Pause.until(
        () -> {
          if (!process.isRunning()) {
            throw new IllegalStateException("The consumer has ended: " + process.logFile());
          }
          return condition.test(counts());
        },
        PAUSE,
        atMost);
  }

  private interface Reading<T> {
    T read(InputStream body) throws IOException;
  }

  private <T> T get(String path, Reading<T> reading) {
    HttpRequest request = HttpRequest.newBuilder(agent.resolve(path)).build();
    try (InputStream body = HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
      return reading.read(body);
    } catch (IOException e) {
      throw new UncheckedIOException("Asking " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      process.stop(STOP);
    } catch (IllegalStateException stillThere) {
      process.kill();
    }
    mysql.execute("DROP DATABASE IF EXISTS " + database);
  }
}
