package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrail.relay.crash.Fault;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.process.ManagedProcess;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An Error ends the process, so that somebody sees it, whichever thread it comes on. */
class ErrorsSystemTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void anErrorOnTheBinlogThreadEndsTheProcess() throws Exception {
    endsTheProcess(Fault.ERROR_WHILE_DECODING);
  }

  @Tag("long")
  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"ERROR_WHILE_DECODING", "STUCK"},
      mode = EnumSource.Mode.EXCLUDE)
  void anErrorOnAnyOtherThreadEndsItToo(Fault fault) throws Exception {
    endsTheProcess(fault);
  }

  private static void endsTheProcess(Fault fault) throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      String topic = relay.topic("t");
      Path now = relay.folder.resolve("now");
      ManagedProcess process = relay.launch(fault, now);
      process.awaitLog("RUNNING", RelayHarness.PATIENCE);
      String first = relay.insert(topic, "key", "before");
      await().atMost(SOON).until(() -> relay.ids(topic).equals(List.of(first)));

      Files.createFile(now);
      String second = relay.insert(topic, "key", "meanwhile");
      if (fault == Fault.ERROR_WHILE_ANSWERING || fault == Fault.ERROR_WHILE_MEASURING) {
        assertThatThrownBy(() -> RelayHarness.get(process, "/status"))
            .isInstanceOf(UncheckedIOException.class); // nobody is left to answer
      }

      assertThat(process.awaitExit(SOON)).isEqualTo(1);
      assertThat(process.log()).contains("FAULT " + fault, "StackOverflowError");
      Files.delete(now);
      relay.start();
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(first, second));
    }
  }
}
