package dev.outrail.bench.result.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationsTest {

  @Test
  void aTextBelongsToTheTargetAboveIt() {
    Explanations explanations =
        Explanations.parse(
            """
            # For writers

            ## drain-vs-raw

            Decoding takes **40 %**.

            ```
            ## not a heading
            ```
            ## idle-cpu
            """
                .lines()
                .toList());

    assertThat(explanations.targets()).containsExactly("drain-vs-raw", "idle-cpu");
    assertThat(explanations.of("drain-vs-raw"))
        .contains("Decoding takes **40 %**.\n\n```\n## not a heading\n```");
    assertThat(explanations.of("idle-cpu")).as("nothing below the heading").isEmpty();
    assertThat(explanations.of("writer-ratio")).isEmpty();
  }

  @Test
  void noLinesAreNoExplanations() {
    assertThat(Explanations.parse(List.of()).targets()).isEmpty();
  }
}
