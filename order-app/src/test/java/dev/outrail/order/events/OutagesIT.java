package dev.outrail.order.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.listener.EventListeners;
import dev.outrail.order.Api;
import dev.outrail.order.OrderApplication;
import dev.outrail.order.OrderStatus;
import dev.outrail.order.OrderTables;
import dev.outrail.order.RunningOrderApp;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class OutagesIT extends RunningOrderApp {

  private final EventListeners listeners;
  private final Environment environment;

  @Autowired
  OutagesIT(JdbcClient jdbc, EventListeners listeners, Environment environment) {
    super(jdbc);
    this.listeners = listeners;
    this.environment = environment;
  }

  @AfterEach
  void bringAllBack() {
    Testbed.shared().mysql().start();
    Testbed.shared().kafka().start();
    listeners.start();
  }

  @Test
  void whatArrivesWhileTheDatabaseIsGoneIsAppliedWhenItIsBackAndNothingIsSkipped() {
    long first = tables.unpaidOrder(100);
    long second = tables.unpaidOrder(100);
    long payId = OrderTables.newNumber();

    Testbed.shared().mysql().kill();
    TOPIC.publish(ConsumedTopic.newEventId(), payId, payment(payId, part(first, 100)));
    TOPIC.publish(ConsumedTopic.newEventId(), payId, payment(payId, part(second, 100)));
    long failures = failures();
    awaitThat(() -> failures() > failures + 1);
    Testbed.shared().mysql().start();
    awaitRead();

    assertThat(tables.order(first).payId()).isEqualTo(payId);
    assertThat(tables.order(second).payId()).isEqualTo(payId);
    assertThat(tables.deadLetters(payId)).isEmpty();
  }

  @Test
  void whatBecomesOverdueWhileTheDatabaseIsGoneIsClosedWhenItIsBack(CapturedOutput output) {
    long orderId = tables.unpaidOrder(100);

    tables.age(orderId, Duration.ofMinutes(29).plusSeconds(55));
    Testbed.shared().mysql().kill();
    awaitThat(() -> output.getOut().contains("Overdue orders could not be closed"));
    Testbed.shared().mysql().start();

    awaitThat(() -> tables.order(orderId).status() == OrderStatus.CLOSED);
    assertThat(tables.outbox("order-closed", orderId)).hasSize(1);
  }

  @Test
  void itStartsWithoutABrokerIsReadyAndAppliesWhenTheBrokerComes() {
    long orderId = tables.unpaidOrder(100);
    long payId = OrderTables.newNumber();
    listeners.stop();
    Testbed.shared().kafka().kill();

    try (ConfigurableApplicationContext second = secondApp()) {
      String port = second.getEnvironment().getProperty("local.server.port");
      Api.Answer readiness =
          new Api("http://localhost:" + port + "/mall4cloud_order")
              .get("/actuator/health/readiness", null);
      assertThat(readiness.body().path("status").asString()).isEqualTo("UP");

      Testbed.shared().kafka().start();
      TOPIC.publish(ConsumedTopic.newEventId(), payId, payment(payId, part(orderId, 100)));
      awaitRead();
    }

    assertThat(tables.order(orderId).payId()).isEqualTo(payId);
  }

  private long failures() {
    return listeners.failures();
  }

  private ConfigurableApplicationContext secondApp() {
    return new SpringApplicationBuilder(OrderApplication.class)
        .run(
            "--server.port=0",
            same("spring.datasource.url"),
            same("spring.datasource.username"),
            same("spring.datasource.password"),
            same("spring.kafka.bootstrap-servers"),
            same("spring.security.oauth2.resourceserver.jwt.public-key-location"),
            same("outrail.security.service-secret"),
            same("outrail.order.stock-app.url"));
  }

  private String same(String key) {
    return "--" + key + "=" + environment.getRequiredProperty(key);
  }
}
