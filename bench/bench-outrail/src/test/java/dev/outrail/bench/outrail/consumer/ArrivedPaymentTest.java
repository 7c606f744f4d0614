package dev.outrail.bench.outrail.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.outrail.bench.kit.Payment;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ArrivedPaymentTest {

  private static final String EVENT = Payment.of(4711, 10, 100).json();

  @Test
  void hasTheIdOfTheRecordsHeader() {
    ConsumerRecord<String, byte[]> message = message(EVENT);
    message.headers().add("id", "0199-abc".getBytes(StandardCharsets.UTF_8));

    assertThat(ArrivedPayment.of(message)).isEqualTo(new ArrivedPayment("0199-abc", 4711));
  }

  @Test
  void withoutSuchAHeaderItsNumberIsItsId() {
    assertThat(ArrivedPayment.of(message(EVENT))).isEqualTo(new ArrivedPayment("4711", 4711));
  }

  @Test
  void isFoundInWhateverSurroundsIt() {
    assertThat(ArrivedPayment.of(message("{\"schema\":null,\"payload\":" + EVENT + "}")).seq())
        .isEqualTo(4711);
    assertThat(ArrivedPayment.of(message("\"" + EVENT.replace("\"", "\\\"") + "\"")).seq())
        .isEqualTo(4711);
    assertThat(ArrivedPayment.of(message("{ \"seq\" : 12, \"key\" : 1 }")).seq()).isEqualTo(12);
  }

  @Test
  void anythingElseIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArrivedPayment.of(message("{\"seq\":\"x\"}")))
        .withMessageContaining("{\"seq\":\"x\"}");
    assertThatIllegalArgumentException().isThrownBy(() -> ArrivedPayment.of(message("se")));
  }

  private static ConsumerRecord<String, byte[]> message(String value) {
    return new ConsumerRecord<>("t", 0, 0, "1", value.getBytes(StandardCharsets.UTF_8));
  }
}
