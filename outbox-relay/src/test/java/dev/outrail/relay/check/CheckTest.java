package dev.outrail.relay.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckTest {

  @Test
  void theReadmeHasEachCheckInItsTable() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("README.md"));

    assertThat(lines).containsSubsequence(Arrays.stream(Check.values()).map(Check::row).toList());
  }
}
