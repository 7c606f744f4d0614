package dev.outrail.payment;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrail.payment.running.PaymentApp;
import dev.outrail.testbed.Testbed;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the application starts with, and what it refuses to start without. */
@ExtendWith(OutputCaptureExtension.class)
class StartIT {

  private static final String DATABASE = "payment_start";

  private final JdbcClient db = JdbcClient.create(Testbed.shared().mysql().dataSource(DATABASE));

  @BeforeEach
  void createDatabase() {
    Testbed.shared().mysql().createDatabase(DATABASE);
  }

  @AfterEach
  void dropDatabase() {
    Testbed.shared().mysql().execute("DROP DATABASE " + DATABASE);
  }

  @Test
  void withoutAKeyForTokensItDoesNotStartAndNamesTheSettings(CapturedOutput output) {
    assertThatThrownBy(() -> PaymentApp.run(settings()).close()).isNotNull();

    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("spring.security.oauth2.resourceserver.jwt.public-key-location")
        .contains("jwk-set-uri")
        .contains("issuer-uri");
  }

  @Test
  void withoutASecretItDoesNotStartAndNamesTheSetting(CapturedOutput output) {
    Map<String, String> settings = settings();
    settings.remove("outrail.payment.notice.secret");

    assertThatThrownBy(() -> PaymentApp.run(settings).close()).isNotNull();

    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("outrail.payment.notice.secret");
  }

  @Test
  void itStartsWithoutABrokerOfThatNameAndLeavesTheDatabaseAloneWhenToldSo(CapturedOutput output) {
    Map<String, String> settings = settings();
    settings.put("spring.kafka.bootstrap-servers", "no-such-host.invalid:9092");
    settings.put("spring.liquibase.enabled", "false");
    settings.put(
        "spring.security.oauth2.resourceserver.jwt.jwk-set-uri", "http://localhost:1/keys");

    try (ConfigurableApplicationContext running = PaymentApp.run(settings)) {
      assertThat(running.isRunning()).isTrue();
      assertThat(db.sql("SHOW TABLES").query(String.class).list()).isEmpty();
      await()
          .atMost(20, SECONDS)
          .untilAsserted(() -> assertThat(output).contains("finds no Kafka yet"));
    }
  }

  private static Map<String, String> settings() {
    var mysql = Testbed.shared().mysql();
    Map<String, String> settings = new HashMap<>();
    settings.put("server.port", "0");
    settings.put("spring.datasource.url", mysql.jdbcUrl(DATABASE));
    settings.put("spring.datasource.username", mysql.rootUser());
    settings.put("spring.datasource.password", mysql.rootPassword());
    settings.put("spring.kafka.bootstrap-servers", "localhost:1");
    settings.put("logging.level.org.apache.kafka", "error");
    settings.put("outrail.payment.provider", "sandbox");
    settings.put("outrail.payment.notice.secret", "n".repeat(32));
    settings.put("outrail.security.service-secret", "s".repeat(32));
    return settings;
  }
}
