package dev.outrail.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The start, with neither database nor broker. */
class OrderApplicationTest {

  private static final String KEY =
      "--spring.security.oauth2.resourceserver.jwt.public-key-location="
          + new UserTokens().publicKeyLocation();
  private static final String SECRET =
      "--outrail.security.service-secret=a secret that only the tests know of";

  @Test
  void withItsSchemaLeftToOthersItStartsWithoutADatabase() {
    try (ConfigurableApplicationContext app = start(KEY, SECRET)) {
      assertThat(app.isRunning()).isTrue();
    }
  }

  @Test
  void withoutAKeyForUsersTokensItDoesNotStartAndNamesTheSettings() {
    assertThatThrownBy(() -> start(SECRET))
        .hasStackTraceContaining("spring.security.oauth2.resourceserver.jwt.public-key-location")
        .hasStackTraceContaining("spring.security.oauth2.resourceserver.jwt.jwk-set-uri")
        .hasStackTraceContaining("spring.security.oauth2.resourceserver.jwt.issuer-uri");
  }

  @Test
  void withoutAServiceSecretItDoesNotStartAndNamesTheSetting() {
    assertThatThrownBy(() -> start(KEY)).hasStackTraceContaining("outrail.security.service-secret");
  }

  @Test
  void withAShortServiceSecretItDoesNotStartAndNamesTheSettingButNotTheSecret() {
    assertThatThrownBy(() -> start(KEY, "--outrail.security.service-secret=too-short-a-secret"))
        .hasStackTraceContaining("outrail.security.service-secret")
        .satisfies(e -> assertThat(messages(e)).noneMatch(m -> m.contains("too-short-a-secret")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "outrail.order.stock-app.url=stock-app:8116",
        "outrail.order.stock-app.read-timeout=0s",
        "outrail.order.stock-app.retries=-1",
        "outrail.order.close.pay-timeout=0s",
        "outrail.order.close.submit-timeout=-1s",
        "outrail.order.close.interval=0",
        "outrail.order.close.batch-size=0"
      })
  void withABadSettingItDoesNotStartAndNamesIt(String setting) {
    String field = setting.replaceFirst("=.*", "").replaceFirst(".*\\.", "").replace("-", "");

    assertThatThrownBy(() -> start(KEY, SECRET, "--" + setting))
        .satisfies(
            e ->
                assertThat(messages(e))
                    .anyMatch(m -> m.replace("-", "").toLowerCase(Locale.ROOT).contains(field)));
  }

  private static ConfigurableApplicationContext start(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--spring.liquibase.enabled=false",
                "--outrail.messaging.auto-startup=false",
                "--spring.main.banner-mode=off"));
    arguments.addAll(List.of(more));
    return new SpringApplicationBuilder(OrderApplication.class)
        .run(arguments.toArray(String[]::new));
  }

  private static List<String> messages(Throwable e) {
    List<String> messages = new ArrayList<>();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      messages.add(String.valueOf(cause.getMessage()));
    }
    return messages;
  }
}
