package dev.outrail.messaging.modulith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EventTypesTest {

  record OrderPaid() {}

  record OrderPaidV2() {}

  record PaidV10() {}

  record PDFMade() {}

  record Step2Done() {}

  record IPV4() {}

  @Test
  void theWordsOfAClassesNameAreItsTypeAndAVersionAtTheEndIsItsVersion() {
    assertThat(typeOf(new OrderPaid())).isEqualTo("order.paid.v1");
    assertThat(typeOf(new OrderPaidV2())).isEqualTo("order.paid.v2");
    assertThat(typeOf(new PaidV10())).isEqualTo("paid.v10");
    assertThat(typeOf(new PDFMade())).isEqualTo("pdf.made.v1");
    assertThat(typeOf(new Step2Done())).isEqualTo("step2.done.v1");
    assertThat(typeOf(new IPV4())).as("no version").isEqualTo("ipv4.v1");
  }

  @Test
  void aClassWithoutANameIsRefused() {
    assertThatThrownBy(() -> typeOf(new Object() {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(EventTypesTest.class.getName())
        .hasMessageContaining("EventTypes");
  }

  private static String typeOf(Object event) {
    return EventTypes.bySimpleName().typeOf(event);
  }
}
