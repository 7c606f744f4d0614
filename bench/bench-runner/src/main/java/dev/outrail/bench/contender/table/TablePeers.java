package dev.outrail.bench.contender.table;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Guarantee;
import dev.outrail.bench.contender.Mode;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The contenders that publish from the writer's process. */
public final class TablePeers {

  private static final Set<Mode> ALL = EnumSet.allOf(Mode.class);
  private static final String POLLER = "bench-poller";

  private TablePeers() {}

  /** In the order of the report's tables. */
  public static List<Contender> all() {
    return List.of(
        modulith(),
        namastack("namastack", "Namastack Outbox (JDBC)", false),
        namastack("namastack-micros", "Namastack Outbox (JDBC), its times in microseconds", true),
        transactionOutbox(),
        poller("poller-1s", "Poller, SKIP LOCKED, 1 s", "PT1S"),
        poller("poller-50ms", "Poller, SKIP LOCKED, 50 ms", "PT0.05S"),
        dualWrite(),
        noOutbox());
  }

  /**
   * As its reference documentation has it: completed publications are deleted, so that the registry
   * does not grow; outstanding ones are published again at a restart. It does not promise an order.
   * Spring Boot would give it 8 threads; each waits until its event is sent and completed.
   */
  static Contender modulith() {
    return new TablePeer(
        "modulith",
        "Spring Modulith (JDBC, Kafka)",
        Guarantee.AT_LEAST_ONCE,
        ALL,
        "bench-modulith",
        List.of("spring-modulith-events-core", "spring-modulith-events-kafka"),
        with(
            springProducer(),
            Map.of(
                "spring.modulith.events.completion-mode", "delete",
                "spring.modulith.events.republish-outstanding-events-on-restart", "true",
                "spring.task.execution.pool.core-size", "16")),
        Map.of(),
        // One for each thread of the task executor, and one for the producer's, which completes
        17);
  }

  /**
   * The platform-thread profile of its performance page, its starting point where there are no
   * virtual threads. It promises order for each key.
   *
   * <p>It stores a record by an UPDATE that finds nothing and an INSERT. Under MySQL's default
   * isolation the first locks a gap, and payments made at once end in deadlocks; so it gets READ
   * COMMITTED.
   *
   * <p>Its table for MySQL keeps whole seconds, rounded. So an event is due up to half a second
   * late, and those of one key and second come in any order. That is what one gets.
   *
   * @param microseconds whether its columns are changed to hold what the library writes into them;
   *     nothing that it documents, but what it would be without that mistake
   */
  static Contender namastack(String id, String title, boolean microseconds) {
    String poll = "namastack.outbox.polling.fixed.interval";
    Map<String, String> profile = new HashMap<>();
    profile.put("namastack.outbox.polling.trigger", "fixed");
    profile.put("namastack.outbox.polling.batch-size", "1000");
    profile.put(poll, "25ms");
    profile.put("namastack.outbox.processing.executor-core-pool-size", "16");
    profile.put("namastack.outbox.processing.executor-max-pool-size", "32");
    profile.put("namastack.outbox.instance.heartbeat-interval", "1s");
    profile.put("namastack.outbox.instance.stale-instance-timeout", "10s");
    profile.put("namastack.outbox.instance.rebalance-interval", "1s");
    profile.put("spring.datasource.hikari.transaction-isolation", "TRANSACTION_READ_COMMITTED");
    if (microseconds) {
      profile.put("bench.microseconds", "true");
    }
    return new TablePeer(
        id,
        title,
        Guarantee.AT_LEAST_ONCE,
        ALL,
        "bench-namastack",
        List.of("namastack-outbox-core"),
        with(springProducer(), profile),
        // It polls once when it starts, while there is nothing, and not again
        Map.of(poll, "24h"),
        20);
  }

  /**
   * As its README has it, with more threads than its default (one for each core but one) because
   * each waits for Kafka. This version knows no ordered topics, so it promises no order.
   *
   * <p>Under MySQL's default isolation each flush also locks the entry behind those it takes; the
   * thread that is to publish that one skips it, and it waits for {@code attemptFrequency}. READ
   * COMMITTED locks no more than is taken.
   *
   * <p>Entries that are stored only may be taken up after a second instead of {@code
   * attemptFrequency}: the backlog is one of an application that was down for longer than that.
   */
  static Contender transactionOutbox() {
    return new TablePeer(
        "transaction-outbox",
        "gruelbox transaction-outbox",
        Guarantee.AT_LEAST_ONCE,
        ALL,
        "bench-transaction-outbox",
        List.of("transactionoutbox-core"),
        with(
            plainProducer(),
            Map.of(
                "executor.threads", "16",
                "executor.queue", "16384",
                "attemptFrequency", "PT30S",
                "flushBatchSize", "4096",
                "flush.pause", "PT5S",
                "hikari.transactionIsolation", "TRANSACTION_READ_COMMITTED")),
        Map.of("attemptFrequency", "PT1S"),
        17);
  }

  static Contender poller(String id, String title, String interval) {
    return new TablePeer(
        id,
        title,
        Guarantee.AT_LEAST_ONCE,
        ALL,
        POLLER,
        List.of(),
        with(
            plainProducer(),
            Map.of("bench.way", "poller", "poll.interval", interval, "poll.batch", "1000")),
        Map.of(),
        1);
  }

  /** What this project replaces. There is nothing stored, so nothing that could be left over. */
  static Contender dualWrite() {
    return new TablePeer(
        "dual-write",
        "Dual write: sent inside the transaction",
        Guarantee.NONE,
        Set.of(Mode.LIVE),
        POLLER,
        List.of(),
        with(plainProducer(), Map.of("bench.way", "dual-write")),
        Map.of(),
        0);
  }

  /**
   * The base line of what an event costs the writer: the process that appends to our outbox, told
   * not to.
   */
  static Contender noOutbox() {
    return new TablePeer(
        "no-outbox",
        "No outbox, no event",
        Guarantee.NONE,
        Set.of(Mode.WRITE_ONLY),
        "bench-outrail",
        List.of(),
        Map.of("bench.role", "writer", "bench.events", "none"),
        Map.of(),
        0);
  }

  private static Map<String, String> springProducer() {
    return safeAndAtOnce("spring.kafka.producer.", "spring.kafka.producer.properties.");
  }

  private static Map<String, String> plainProducer() {
    return safeAndAtOnce("producer.", "producer.");
  }

  /**
   * The first two are the client's defaults, written here because the guarantee hangs on them. The
   * third is not (5 ms since Kafka 4.0): whoever sends one event and waits for the broker would
   * only wait longer.
   */
  private static Map<String, String> safeAndAtOnce(String prefix, String otherPrefix) {
    return Map.of(
        prefix + "acks", "all",
        otherPrefix + "enable.idempotence", "true",
        otherPrefix + "linger.ms", "0");
  }

  private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(some);
    all.putAll(more);
    return all;
  }
}
