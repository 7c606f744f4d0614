package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.debezium.connector.mysql.gtid.MySqlGtidSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadGtidsTest {

  private static final String A = "2b686065-e7f3-11f1-8fb7-02fc00000001";
  private static final String B = "5c1a3c3a-e7f3-11f1-8fb7-02fc00000002";

  @Test
  void eachTransactionComesWithTheSetBeforeIt() {
    ReadGtids read = new ReadGtids(A + ":1-5," + B + ":7-9");

    List<String> before = new ArrayList<>();
    for (int number = 6; number <= 9; number++) {
      before.add(read.add(A, number, A + ":" + number).text());
    }

    assertThat(before)
        .containsExactly(
            A + ":1-5," + B + ":7-9",
            A + ":1-6," + B + ":7-9",
            A + ":1-7," + B + ":7-9",
            A + ":1-8," + B + ":7-9");
    assertThat(read.current().text()).isEqualTo(A + ":1-9," + B + ":7-9");
  }

  @Test
  void gapsAreFilledAndOtherServersAndTagsStandOnTheirOwn() {
    ReadGtids read = new ReadGtids(A + ":1-3:6-8");

    read.add(A, 4, A + ":4");
    assertThat(read.current().text()).isEqualTo(A + ":1-4:6-8");
    read.add(A, 5, A + ":5");
    assertThat(read.current().text()).isEqualTo(A + ":1-8");
    read.add(B, 1, B + ":1");
    read.add(A + ":tag", 1, A + ":tag:1");
    read.add(A + ":tag", 2, A + ":tag:2");
    read.add(A, 10, A + ":10");
    read.add(A, 9, A + ":9");

    assertThat(read.current().text()).isEqualTo(A + ":1-10," + A + ":tag:1-2," + B + ":1");
    assertThat(GtidSets.count(read.current().text())).isEqualTo(13);
  }

  @Test
  void whatWasReadBeforeIsRefused() {
    ReadGtids read = new ReadGtids(A + ":1-5");
    read.add(A, 6, A + ":6");

    assertThatThrownBy(() -> read.add(A, 6, A + ":6")).hasMessageContaining(A + ":6");
    assertThatThrownBy(() -> read.add(A, 3, A + ":3")).hasMessageContaining(A + ":3");
  }

  @Test
  void aSetTellsWhatItContainsThoughNobodyAskedForItsText() {
    ReadGtids read = new ReadGtids(A + ":1-5");
    read.add(A, 6, A + ":6");
    Completed before = read.add(A, 7, A + ":7");

    assertThat(before.contains(A + ":7")).isFalse();
    assertThat(before.contains(A + ":6")).isTrue();
    assertThat(before.contains(A + ":8")).isFalse();
    assertThat(before).isEqualTo(Completed.of(A + ":1-6"));
  }

  @Test
  void inAnyOrderItSaysTheSameAsDebeziumsSet() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> left = new ArrayList<>();
    for (String source : List.of(A, B, A + ":tag")) {
      for (int number = 1; number <= 60; number++) {
        left.add(source + ":" + number);
      }
    }
    ReadGtids read = new ReadGtids(A + ":1000-1001");
    String expected = A + ":1000-1001";

    while (!left.isEmpty()) {
      // mostly in order, as a server with several appliers writes them
      String gtid = left.remove(random.nextInt(Math.min(left.size(), 5)));
      int colon = gtid.lastIndexOf(':');
      Completed before =
          read.add(gtid.substring(0, colon), Long.parseLong(gtid.substring(colon + 1)), gtid);
      assertThat(new MySqlGtidSet(before.text()))
          .as("seed %d, before %s", seed, gtid)
          .isEqualTo(new MySqlGtidSet(expected));
      assertThat(before.contains(gtid)).isFalse();
      expected = GtidSets.union(expected, gtid);
    }

    assertThat(new MySqlGtidSet(read.current().text())).isEqualTo(new MySqlGtidSet(expected));
  }
}
