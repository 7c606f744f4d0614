package dev.outrail.payment.paying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import dev.outrail.payment.payment.OrderId;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderIdsTest {

  private final OrderIds orderIds = new OrderIds(new PayingProperties(3, Set.of()));

  @Test
  void aListIsReadInAnyOrderAndSorted() {
    assertThat(orderIds.of(List.of(30L, 9L, Long.MAX_VALUE)))
        .containsExactly(new OrderId(9), new OrderId(30), new OrderId(Long.MAX_VALUE));
    assertThat(orderIds.parse("30,9")).containsExactly(new OrderId(9), new OrderId(30));
  }

  @Test
  void whatIsWrongWithAListIsSaid() {
    assertThatThrownBy(() -> orderIds.of(null)).hasMessageContaining("at least one");
    assertThatThrownBy(() -> orderIds.of(List.of())).hasMessageContaining("at least one");
    assertThatThrownBy(() -> orderIds.of(Arrays.asList(1L, null))).hasMessageContaining("null");
    assertThatThrownBy(() -> orderIds.of(List.of(5L, 4L, 5L))).hasMessageContaining("5 twice");
    assertThatThrownBy(() -> orderIds.of(List.of(-4L))).hasMessageContaining("not -4");
    assertThatThrownBy(() -> orderIds.of(List.of(1L, 2L, 3L, 4L)))
        .hasMessageContaining("has 4 orders, at most 3");
    assertThatThrownBy(() -> orderIds.parse("1,x")).hasMessageContaining("'x'");
    assertThatThrownBy(() -> orderIds.parse("9".repeat(19))).hasMessageContaining("too large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ",", "1,", ",1", "1,,2", " 1", "1 ", "-1", "+1", "0x1", "1.0", "\u0661"})
  void textThatIsNoListIsRefused(String text) {
    assertThatThrownBy(() -> orderIds.parse(text))
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ResultCode.INVALID_ARGUMENT));
  }
}
