package dev.outrail.relay;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long it takes, once the servers are back, until what commits is published again. Not
 * thread-safe.
 */
final class Recoveries implements AutoCloseable {

  private final RelayHarness relay;
  private final String topic;
  private final TopicReader reader;
  private final List<Duration> all = new ArrayList<>();

  Recoveries(RelayHarness relay) {
    this.relay = relay;
    this.topic = relay.topic("probes");
    this.reader = new TopicReader(relay.testbed, topic);
  }

  /** Commits an event now, and waits until a {@code read_committed} reader has it. */
  void measure(String after) {
    long begun = System.nanoTime();
    String id = relay.insert(topic, "probe", "0");
    await()
        .alias("an event that committed after: " + after)
        .atMost(RelayHarness.PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> reader.poll().stream().anyMatch(event -> event.id().equals(id)));
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    all.add(took);
    System.out.printf("Recovered %d ms after the end of: %s%n", took.toMillis(), after);
  }

  void print() {
    if (all.isEmpty()) {
      return;
    }
    List<Duration> sorted = all.stream().sorted().toList();
    System.out.printf(
        "Recovery p50 %d ms, p95 %d ms, max %d ms of %d%n",
        percentile(sorted, 50).toMillis(),
        percentile(sorted, 95).toMillis(),
        percentile(sorted, 100).toMillis(),
        sorted.size());
  }

  @Override
  public void close() {
    reader.close();
  }

  /** Nearest rank. */
  private static Duration percentile(List<Duration> sorted, int percent) {
    return sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1);
  }
}
