package dev.outrail.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlainSqlTest {

  /** MySQL takes two dashes for a comment only if a blank or the line's end follows them. */
  @ParameterizedTest
  @MethodSource("files")
  void theMysqlClientCanRunEachFileAsItIs(Path file) throws Exception {
    assertThat(Files.readAllLines(file))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line.strip()).doesNotContainPattern("^--[^ ]"));
  }

  static List<Path> files() throws Exception {
    Path folder = Path.of(PlainSqlTest.class.getResource("/outrail/schema").toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".sql")).toList();
    }
  }
}
