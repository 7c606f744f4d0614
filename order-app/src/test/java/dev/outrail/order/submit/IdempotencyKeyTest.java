package dev.outrail.order.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.mall.api.ApiException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

  @Test
  void visibleAsciiUpToItsLengthIsAKey() {
    assertThat(IdempotencyKey.of("!").value()).isEqualTo("!");
    assertThat(IdempotencyKey.of("~".repeat(64)).value()).hasSize(64);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", " ", "a b", "a\t", "caf\u00e9", "\u043a\u043b\u044e\u0447", "a\u007f"})
  void anythingElseIsRefusedWithWhatToSend(@Nullable String header) {
    assertThatThrownBy(() -> IdempotencyKey.of(header))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("Idempotency-Key")
        .hasMessageContaining("64");
  }
}
