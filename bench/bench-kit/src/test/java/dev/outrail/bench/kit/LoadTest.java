package dev.outrail.bench.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoadTest {

  @Test
  void paymentsOfOneKeyAreMadeInTheOrderOfTheirNumbers() throws Exception {
    ConcurrentLinkedQueue<Payment> made = new ConcurrentLinkedQueue<>();

    Written written = new Load(100, 4, 8, 64).closed(made::add, 2_000, Long.MAX_VALUE / 2);

    assertThat(made).hasSize(2_000);
    assertThat(written.size()).isEqualTo(2_000);
    Map<Long, Long> last = new HashMap<>();
    for (Payment payment : List.copyOf(made)) {
      Long before = last.put(payment.key(), payment.seq());
      assertThat(before == null || before < payment.seq()).as("%s", payment).isTrue();
    }
    assertThat(made.stream().mapToLong(Payment::seq).sorted())
        .startsWith(100L, 101L)
        .endsWith(2_099L);
  }

  @Test
  void aPaymentIsDueWhenTheRateSaysEvenIfTheOneBeforeItWasHeldUp() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    AtomicLong number = new AtomicLong();
    PaymentWriter writer =
        payment -> {
          if (number.getAndIncrement() == 0) {
            held.await(200, java.util.concurrent.TimeUnit.MILLISECONDS);
          }
        };

    Written written = new Load(0, 1, 1, 64).open(writer, 100, 10);

    for (int i = 1; i < written.size(); i++) {
      assertThat(written.due(i) - written.due(i - 1)).isEqualTo(10_000);
    }
    // Held up for 200 ms: those that came due meanwhile are late, each from its own time on
    assertThat(written.committed(1) - written.due(1)).isGreaterThan(150_000);
    assertThat(written.committed(5) - written.due(5)).isGreaterThan(100_000);
  }

  @Test
  void aPaymentThatFailsFailsTheLoad() {
    PaymentWriter writer =
        payment -> {
          throw new IllegalStateException("no money");
        };

    assertThatThrownBy(() -> new Load(0, 2, 2, 64).open(writer, 1_000, 10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no money");
  }

  @Test
  void keysThatWouldMixThreadsAreRefused() {
    assertThatThrownBy(() -> new Load(0, 3, 10, 64))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10 keys for 3 threads");
  }
}
