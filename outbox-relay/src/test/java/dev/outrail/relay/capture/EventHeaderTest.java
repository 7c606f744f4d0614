package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventHeaderTest {

  @Test
  void pairsKeepTheirOrderAndRepeatedNames() {
    assertThat(
            EventHeader.read(
                " [[\"b\", \"1\"],[\"a\",\"\"], [\"b\",\"\\ud83d\\ude00 \\n漢\"], [\"ce_causationid\", \"7\"]] "))
        .containsExactly(
            new EventHeader("b", "1"),
            new EventHeader("a", ""),
            new EventHeader("b", "😀 \n漢"),
            new EventHeader("ce_causationid", "7"));
    assertThat(EventHeader.read("[]")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "text",
        "{}",
        "{\"tenant\": \"eu\"}",
        "[\"tenant\", \"eu\"]",
        "[[\"tenant\"]]",
        "[[\"tenant\", \"eu\", \"us\"]]",
        "[[\"tenant\", null]]",
        "[[\"tenant\", 7]]",
        "[[7, \"tenant\"]]",
        "[[[\"tenant\"], \"eu\"]]",
        "[[]]",
        "[[\"tenant\", \"eu\"]",
        "[[\"tenant\", \"eu\"], null]",
        "[[\"tenant\", \"eu\"]] x",
        "[[\"tenant\", \"eu\"]][]",
        "[[\" \", \"eu\"]]",
        "[[\"tenant\", \"\\ud800\"]]",
        "[[\"tenant\", \"\\ude00\\ud83d\"]]"
      })
  void whatIsNoArrayOfPairsOfTextIsADefectThatShowsIt(String json) {
    OutboxRow row = row(json);

    assertThat(row.headers()).isEmpty();
    assertThat(row.defect()).contains("headers is no JSON array of pairs").endsWith("in " + json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id",
        "eventType",
        "EVENTTYPE",
        "content-type",
        "traceparent",
        "tracestate",
        "replay",
        "ce_id",
        "ce_anything",
        "Ce_CausationId",
        "kafka_offset",
        "outrail-x"
      })
  void aNameThatIsNotTheWritersIsADefectThatNamesIt(String name) {
    assertThat(row("[[\"a\", \"b\"], [\"" + name + "\", \"x\"]]").defect())
        .contains("'" + name + "'")
        .contains("names that begin with ce_");
  }

  @Test
  void aLongDefectIsShortened() {
    assertThatThrownBy(() -> EventHeader.read("x".repeat(5_000_000)))
        .hasMessageMatching("(?s).{0,1000}");
  }

  @ParameterizedTest
  @CsvSource({"true, k, not UTF-8", "false, , NULL in aggregateid"})
  void anotherDefectComesFirst(boolean notUtf8, String key, String defect) {
    OutboxRow row =
        OutboxRow.of(
            "mall",
            "1",
            "t",
            key,
            "e",
            null,
            null,
            null,
            null,
            "{}",
            null,
            notUtf8 ? OutboxRow.notUtf8(List.of(OutboxColumn.HEADERS)) : null);

    assertThat(row.defect()).contains(defect);
  }

  @Test
  void headersCountInTheSize() {
    int without = row(null).approximateSize();

    assertThat(row("[[\"tenant\", \"" + "x".repeat(50_000) + "\"]]").approximateSize())
        .isGreaterThan(without + 50_000);
  }

  private static OutboxRow row(String headers) {
    return OutboxRow.of("mall", "1", "t", "k", "e", null, null, null, null, headers, null, null);
  }
}
