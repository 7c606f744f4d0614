package dev.outrail.relay.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.publish.KafkaFacts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaChecksTest {

  @ParameterizedTest
  @CsvSource({"0, true", "1, true", "2, false", "3, false"})
  void warnsOfAClusterThatWasUpgradedInPlace(int level, boolean warned) {
    List<Finding> findings = judge(new KafkaFacts(1, level, Map.of(), List.of()));

    assertThat(findings).hasSize(warned ? 1 : 0);
    assertThat(findings)
        .allSatisfy(
            finding -> {
              assertThat(finding.check()).isEqualTo(Check.TRANSACTION_VERSION);
              assertThat(finding.toString()).contains("transaction.version=" + level);
            });
  }

  @Test
  void namesEachRightThatIsMissingWithItsCommand() {
    List<Finding> findings =
        judge(
            new KafkaFacts(
                1,
                2,
                Map.of("positions", Set.of("WRITE"), "orders", Set.of("WRITE")),
                List.of("outrail-relay-main/2")));

    assertThat(findings)
        .extracting(Finding::check)
        .containsExactlyInAnyOrder(Check.KAFKA_RIGHTS, Check.KAFKA_RIGHTS, Check.FURTHER_RIGHTS);
    assertThat(findings.toString())
        .contains("--operation WRITE --topic positions")
        .contains("--operation WRITE --topic orders")
        .contains("--transactional-id outrail-relay-main/2");
  }

  private static List<Finding> judge(KafkaFacts facts) {
    return KafkaChecks.judge(facts, "positions");
  }
}
