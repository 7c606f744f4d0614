package dev.outrail.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawDataTest {

  private static final Measurement PLAIN =
      new Measurement("lateness", "200/s", "outrail", 1, "visible_p99_ms", 20.125);
  private static final Measurement QUOTED =
      new Measurement(
          "drain", "256 B, 90 % \"other\" rows", "raw-binlog", 2, "rate_per_s", 1.0 / 3);

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("raw.csv");
  }

  @Test
  void whatIsAppendedIsReadBack() {
    try (RawData data = RawData.create(file)) {
      data.append(PLAIN);
      data.append(QUOTED);
    }

    assertThat(RawData.read(file)).containsExactly(PLAIN, QUOTED);
  }

  @Test
  void theFileIsCsvWithAHeader() throws IOException {
    try (RawData data = RawData.create(file)) {
      data.append(PLAIN);
      data.append(QUOTED);
    }

    assertThat(Files.readString(file))
        .isEqualTo(
            """
            question,scenario,contender,round,metric,value\r
            lateness,200/s,outrail,1,visible_p99_ms,20.125\r
            drain,"256 B, 90 % ""other"" rows",raw-binlog,2,rate_per_s,0.3333333333333333\r
            """);
  }

  @Test
  void aMeasurementIsInTheFileBeforeItIsClosed() {
    try (RawData data = RawData.create(file)) {
      data.append(PLAIN);

      assertThat(RawData.read(file)).containsExactly(PLAIN);
    }
  }

  @Test
  void aLineThatWasCutOffIsLeftOut() throws IOException {
    try (RawData data = RawData.create(file)) {
      data.append(PLAIN);
    }
    Files.writeString(file, "lateness,200/s,outrail,2,visible_p99_ms,2", StandardOpenOption.APPEND);

    assertThat(RawData.read(file)).containsExactly(PLAIN);
  }

  @Test
  void aLineThatIsNoMeasurementIsRefused() throws IOException {
    try (RawData data = RawData.create(file)) {
      data.append(PLAIN);
    }
    Files.writeString(
        file, "lateness,200/s,outrail,2,visible_p99_ms,fast\r\n", StandardOpenOption.APPEND);

    assertThatThrownBy(() -> RawData.read(file)).hasMessageContaining("fast");
  }

  @Test
  void aFileOfOtherColumnsIsRefused() throws IOException {
    Files.writeString(file, "question,contender,value\r\ndrain,outrail,1\r\n");

    assertThatThrownBy(() -> RawData.read(file)).hasMessageContaining("scenario");
  }

  @Test
  void aRunThatDiedAtOnceHasNoMeasurements() {
    RawData.create(file).close();

    assertThat(RawData.read(file)).isEmpty();
  }

  @Test
  void anOldFileIsNotOverwritten() {
    RawData.create(file).close();

    assertThatThrownBy(() -> RawData.create(file)).isInstanceOf(UncheckedIOException.class);
  }
}
