package dev.outrail.bench.question.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

  private static final int PAYMENTS = 10_000;

  @Test
  void withoutRedeliveriesEachComesOnceInOrder() {
    assertThat(Deliveries.of(3, 0).numbers()).containsExactly(0L, 1L, 2L);
  }

  @Test
  void halfOfThemComeTwiceAndTheFirstDeliveriesKeepTheirOrder() {
    List<Long> first = new ArrayList<>();
    Map<Long, Integer> times = new HashMap<>();
    for (long number : Deliveries.of(PAYMENTS, 50).numbers()) {
      if (times.merge(number, 1, Integer::sum) == 1) {
        first.add(number);
      }
    }

    assertThat(first).hasSize(PAYMENTS).isSorted();
    assertThat(times.values()).containsOnly(1, 2);
    assertThat(times.values().stream().filter(count -> count == 2)).hasSize(PAYMENTS / 2);
  }

  @Test
  void comeTheSameWayEachTime() {
    assertThat(Deliveries.of(PAYMENTS, 50).numbers())
        .isEqualTo(Deliveries.of(PAYMENTS, 50).numbers());
  }
}
