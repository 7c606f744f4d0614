package dev.outrail.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Description;
import dev.outrail.bench.contender.Guarantee;
import dev.outrail.bench.contender.Servers;
import dev.outrail.bench.result.Measurement;
import dev.outrail.testbed.Testbed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench itself must not rot: everyone runs, and is counted. No figure of time is looked at. */
class SmokeIT {

  @TempDir Path folder;

  @BeforeEach
  void startQuickly() {
    System.setProperty(Servers.JVM_ARGUMENT, "-XX:TieredStopAtLevel=1");
  }

  @AfterEach
  void startAsUsual() {
    System.clearProperty(Servers.JVM_ARGUMENT);
  }

  @Test
  void everyContenderCarriesEventsAndIsCounted() {
    List<Contender> everyone = Contenders.all();
    List<Measurement> results = new ArrayList<>();

    try (Testbed testbed = Testbed.start(BenchMain.servers())) {
      new Bench(new Servers(testbed), folder, Size.SMOKE, everyone, results::add).smoke();
    }

    Set<String> measured = results.stream().map(Measurement::contender).collect(Collectors.toSet());
    assertThat(measured).containsAll(everyone.stream().map(c -> c.description().id()).toList());
    for (Contender contender : everyone) {
      Description description = contender.description();
      List<Measurement> own =
          results.stream().filter(one -> one.contender().equals(description.id())).toList();
      assertThat(errors(own, "missing_events")).as("missing: %s", own).isZero();
      if (description.guarantee() == Guarantee.EXACTLY_ONCE) {
        assertThat(errors(own, "duplicate_events")).as("duplicate: %s", own).isZero();
      }
      if (contender.readsBinlog()) {
        assertThat(errors(own, "reordered_events")).as("out of order: %s", own).isZero();
      }
      if (description.guarantee().publishes() && !description.id().equals("no-outbox")) {
        assertThat(own).as(description.id()).anyMatch(one -> one.metric().equals("visible_p99_ms"));
      }
    }
    assertThat(results.stream().filter(one -> one.metric().equals("effect_p99_ms")))
        .extracting(Measurement::contender)
        .as("with a consumer")
        .hasSize(2);
    assertThat(results)
        .anyMatch(one -> one.question().equals("apply") && one.metric().equals("effects_per_s"))
        .noneMatch(one -> one.metric().startsWith("effects_missing") && one.value() != 0);
  }

  private static double errors(List<Measurement> own, String metric) {
    List<Measurement> counted = own.stream().filter(one -> one.metric().endsWith(metric)).toList();
    return counted.stream().mapToDouble(Measurement::value).sum();
  }
}
