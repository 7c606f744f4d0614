package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrail.testbed.process.ExecutableJars;
import dev.outrail.testbed.process.ManagedProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the log looks like, by the one error that needs no server: settings that are missing. */
class LogFormatSystemTest {

  private static final String ERROR = "Missing required configuration";

  @Test
  void asJsonEachLineIsAnObject() throws Exception {
    String log = logOfAStartWithoutSettings("json");

    assertThat(log.lines()).isNotEmpty();
    for (String line : log.lines().toList()) {
      JsonNode event = new ObjectMapper().readTree(line);
      assertThat(event.get("level").asText()).isEqualTo("ERROR");
      assertThat(event.get("timestamp").isNumber()).isTrue();
      assertThat(event.get("loggerName").asText()).startsWith("dev.outrail.relay");
      assertThat(event.get("formattedMessage").asText()).contains(ERROR);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "", "yaml"})
  void asTextWhateverElseIsAsked(String format) {
    assertThat(logOfAStartWithoutSettings(format))
        .containsPattern("^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+\\S+ ERROR RelayCommand: .*" + ERROR);
  }

  private static String logOfAStartWithoutSettings(String format) {
    try (ManagedProcess process =
        ManagedProcess.jar(ExecutableJars.find("outbox-relay"))
            .name("log-format")
            .jvmArgs("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
            .environment("OUTRAIL_LOG_FORMAT", format)
            .start()) {
      assertThat(process.awaitExit(Duration.ofSeconds(30))).isEqualTo(2);
      return process.log();
    }
  }
}
