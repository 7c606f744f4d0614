package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GtidSetsTest {

  private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  private static final String B = "2b686065-e7f3-11f1-8fb7-02fc00000001";

  @ParameterizedTest
  @CsvSource({"'',0", ":1,1", ":1-5,5", ":1-5:7,6", ":1-5:7:10-11,8", ":tag:1-3,3", ":2:tag:1-3,4"})
  void countsTransactions(String intervals, long expected) {
    String set = intervals.isEmpty() ? "" : A + intervals;

    assertThat(GtidSets.count(set)).isEqualTo(expected);
  }

  @Test
  void countsOverSeveralServersAndLines() {
    assertThat(GtidSets.count(A + ":1-5,\n" + B + ":3-4:9")).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {":1", ":1-5", ":1-5:7", ":tag:1", ":1:tag:1-3:5", ":1-2, " + B + ":1-9"})
  void knowsASetWhenItSeesOne(String rest) {
    assertThat(GtidSets.isValid(A + rest)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        A,
        A + ":",
        A + ":0",
        A + ":1-",
        A + ":tag",
        A + ":1," + B,
        "3e11fa47:1-5",
        "now",
        A + ":1,",
      })
  void refusesWhatIsNone(String text) {
    assertThat(GtidSets.isValid(text)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A:1-9 | A:10 | A:1-10",
        "A:1-9 | A:3-5 | A:1-9",
        "A:1-3:7-9 | A:4-6 | A:1-9",
        "A:1-3 | A:7 | A:1-3:7",
        "A:5-7:1-2 | A:2-6 | A:1-7",
        "A:1-9,B:1-5 | A:1-10,B:1-3 | B:1-5,A:1-10",
        "A:1 | B:1 | B:1,A:1"
      })
  void unitesSets(String one, String other, String expected) {
    assertThat(GtidSets.union(full(one), full(other))).isEqualTo(full(expected));
    assertThat(GtidSets.union(full(other), full(one))).isEqualTo(full(expected));
  }

  private static String full(String set) {
    return set.replace("A", A).replace("B", B);
  }
}
