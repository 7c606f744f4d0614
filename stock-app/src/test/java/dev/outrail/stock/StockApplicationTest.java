package dev.outrail.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The start, with neither database nor broker. */
class StockApplicationTest {

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

  private static ConfigurableApplicationContext start(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--spring.liquibase.enabled=false",
                "--outrail.messaging.auto-startup=false",
                "--spring.main.banner-mode=off"));
    arguments.addAll(List.of(more));
    return new SpringApplicationBuilder(StockApplication.class)
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
