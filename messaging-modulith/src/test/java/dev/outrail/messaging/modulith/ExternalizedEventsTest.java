package dev.outrail.messaging.modulith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.messaging.outbox.EventId;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.modulith.events.EventExternalizationConfiguration;
import org.springframework.modulith.events.Externalized;
import tools.jackson.databind.json.JsonMapper;

class ExternalizedEventsTest {

  private final List<OutboxEvent> appended = new ArrayList<>();
  private final Outbox outbox =
      events -> {
        appended.addAll(events);
        return events.stream().map(each -> EventId.next()).toList();
      };

  @Externalized("orders::#{customer}")
  record OrderPaid(String customer) {}

  @Externalized("#{@topics.of('orders')}::#{@topics.of(customer)}")
  record Elsewhere(String customer) {}

  @Externalized("#{@topics.of('orders')}")
  record Unordered() {}

  @Externalized("orders::")
  record Unnamed() {}

  @Externalized("orders::all")
  static final class Classic extends ApplicationEvent {
    private static final long serialVersionUID = 1L;

    Classic() {
      super("somebody");
    }

    @Override
    public String toString() {
      return "classic";
    }
  }

  /** A bean that expressions use. */
  public static final class Topics {
    public String of(String name) {
      return name + "-eu";
    }
  }

  @Test
  void expressionsOfTopicAndKeyMayUseBeansAsTheyMayWithModulithsOwnTransports() {
    publish(annotated(), new Elsewhere("mary"));

    assertThat(appended.get(0).topic()).isEqualTo("orders-eu");
    assertThat(appended.get(0).key()).isEqualTo("mary-eu");
  }

  @Test
  void anEventWithoutAKeyGetsOneOfItsOwn() {
    publish(annotated(), new Unordered());
    publish(annotated(), new Unordered());

    assertThat(appended).extracting(OutboxEvent::topic).containsOnly("orders-eu");
    assertThat(appended).extracting(OutboxEvent::key).doesNotHaveDuplicates().hasSize(2);
  }

  @Test
  void aKeyThatIsNamedButEmptyIsRefused() {
    for (Object event : List.of(new OrderPaid(null), new OrderPaid(" "), new Unnamed())) {
      assertThatThrownBy(() -> publish(annotated(), event))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the key")
          .hasMessageContaining(event.getClass().getName());
    }
    assertThat(appended).isEmpty();
  }

  @Test
  void payloadAndKeyAreOfWhatTheEventIsMappedToAndTheTypeIsTheEvents() {
    publish(
        annotated().mapping(OrderPaid.class, event -> new Elsewhere("no. 1")),
        new OrderPaid("mary"));

    assertThat(appended)
        .containsExactly(
            OutboxEvent.json("orders", "no. 1", "order.paid.v1", "{\"customer\":\"no. 1\"}"));
  }

  @Test
  void headersOfTheConfigurationAreTheRowsTextAsItIsAndTheRestAsJson() {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("region", "größe");
    headers.put("none", null);
    headers.put("tries", 3);
    headers.put("of", new OrderPaid("mary"));
    publish(annotated().headers(event -> headers), new OrderPaid("mary"));

    assertThat(appended)
        .containsExactly(
            OutboxEvent.json("orders", "mary", "order.paid.v1", "{\"customer\":\"mary\"}")
                .header("region", "größe")
                .header("tries", "3")
                .header("of", "{\"customer\":\"mary\"}"));
  }

  @Test
  void aHeaderThatIsReservedAndAMessageAreRefused() {
    assertThatThrownBy(
            () ->
                publish(
                    annotated().headers(event -> Map.of("kafka_topic", "x")),
                    new OrderPaid("mary")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'kafka_topic'");
    assertThatThrownBy(
            () ->
                publish(
                    annotated().mapping(event -> new GenericMessage<>(event, Map.of("a", "b"))),
                    new OrderPaid("mary")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Message");
    assertThat(appended).isEmpty();
  }

  @Test
  void anEventOfSpringsOldKindIsOneToo() {
    listener(annotated().mapping(Classic.class, Object::toString).build())
        .onApplicationEvent(new Classic());

    assertThat(appended)
        .containsExactly(OutboxEvent.json("orders", "all", "classic.v1", "\"classic\""));
  }

  @Test
  void whatTheConfigurationDoesNotSelectIsLetPass() {
    listener(EventExternalizationConfiguration.disabled())
        .onApplicationEvent(new PayloadApplicationEvent<>(this, new OrderPaid("mary")));

    assertThat(appended).isEmpty();
  }

  private static EventExternalizationConfiguration.Router annotated() {
    return EventExternalizationConfiguration.externalizing()
        .select(EventExternalizationConfiguration.annotatedAsExternalized());
  }

  private void publish(EventExternalizationConfiguration.Router router, Object event) {
    listener(router.build()).onApplicationEvent(new PayloadApplicationEvent<>(this, event));
  }

  private ExternalizedEvents listener(EventExternalizationConfiguration configuration) {
    return new ExternalizedEvents(
        configuration,
        EventTypes.bySimpleName(),
        outbox,
        JsonMapper.builder().build(),
        new StaticListableBeanFactory(Map.of("topics", new Topics())));
  }
}
