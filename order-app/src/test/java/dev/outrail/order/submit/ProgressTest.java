package dev.outrail.order.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.order.CloseReason;
import dev.outrail.order.OrderStatus;
import dev.outrail.order.state.StoredOrder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private static final StoredOrder SUBMITTED = order(OrderStatus.SUBMITTED, null);
  private static final StoredOrder UNPAID = order(OrderStatus.UNPAID, null);
  private static final StoredOrder PAID = order(OrderStatus.PAID, null);
  private static final StoredOrder CANCELLED = order(OrderStatus.CLOSED, CloseReason.CANCELLED);
  private static final StoredOrder TIMED_OUT = order(OrderStatus.CLOSED, CloseReason.TIMED_OUT);
  private static final StoredOrder NOT_STOCK = order(OrderStatus.CLOSED, CloseReason.NOT_STOCK);

  @Test
  void aSubmissionGoesOnOnlyWhileAllItsOrdersWait() {
    assertThat(of(SUBMITTED, SUBMITTED)).isEqualTo(Progress.SUBMITTED);
    assertThat(of(SUBMITTED, TIMED_OUT)).isEqualTo(Progress.CLOSED);
    assertThat(of(TIMED_OUT, TIMED_OUT)).isEqualTo(Progress.CLOSED);
  }

  @Test
  void onceOpenedItHasSucceededUntilNothingOfItIsLeft() {
    assertThat(of(UNPAID, UNPAID)).isEqualTo(Progress.OPENED);
    assertThat(of(PAID, CANCELLED)).isEqualTo(Progress.OPENED);
    assertThat(of(UNPAID, TIMED_OUT)).isEqualTo(Progress.OPENED);
    assertThat(of(CANCELLED, TIMED_OUT)).isEqualTo(Progress.CLOSED);
  }

  @Test
  void withoutStockItEndsAsAWhole() {
    assertThat(of(NOT_STOCK, NOT_STOCK)).isEqualTo(Progress.NOT_STOCK);
  }

  private static Progress of(StoredOrder... orders) {
    return Progress.of(List.of(orders));
  }

  private static StoredOrder order(OrderStatus status, @Nullable CloseReason reason) {
    return new StoredOrder(1, 7, status, 100, "CNY", null, reason, Instant.EPOCH);
  }
}
