package dev.outrail.messaging.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;

class Boot4StarterAnalyzerTest {

  private static final String MISSING = "org.springframework.boot.thread.Threading";

  @Test
  void anApplicationOfSpringBoot3WithTheStarterFor4IsToldWhatToHaveInstead() {
    FailureAnalysis analysis = analyze("3.5.16", MISSING);

    assertThat(analysis.getDescription()).contains("3.5.16", MISSING, "outrail-messaging-starter");
    assertThat(analysis.getAction()).contains("dev.outrail:messaging", "'Spring Boot 3.5'");
  }

  @ParameterizedTest
  @CsvSource({"4.1.2, " + MISSING, "3.5.16, com.example.Missing", "3.5.16,", "," + MISSING})
  void otherFailuresAreLeftToOthers(String version, String missing) {
    assertThat(analyze(version, missing)).isNull();
  }

  private static FailureAnalysis analyze(String version, String missing) {
    return new Boot4StarterAnalyzer(version)
        .analyze(new IllegalStateException(new ClassNotFoundException(missing)));
  }
}
