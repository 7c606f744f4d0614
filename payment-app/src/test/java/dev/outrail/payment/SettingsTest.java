package dev.outrail.payment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;

class SettingsTest {

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
          .withUserConfiguration(OnlySettings.class)
          .withPropertyValues(
              "outrail.payment.provider=sandbox",
              "outrail.payment.notice.secret=" + "n".repeat(32));

  @Test
  void theTwoThatHaveNoDefaultAreEnough() {
    application.run(context -> assertThat(context).hasNotFailed());
  }

  @ParameterizedTest
  @CsvSource({
    "outrail.payment.provider, ''",
    "outrail.payment.provider, alipay",
    "outrail.payment.max-orders-per-payment, 0",
    "outrail.payment.max-orders-per-payment, many",
    "outrail.payment.allowed-return-hosts, https://shop.example",
    "outrail.payment.notice.secret, too-short",
    "outrail.payment.notice.tolerance, 0s",
    "outrail.payment.notice.tolerance, soon",
    "outrail.payment.order-app.url, not a url",
    "outrail.payment.order-app.connect-timeout, 0ms",
    "outrail.payment.order-app.read-timeout, -1s",
    "outrail.payment.order-app.retries, -1",
    "outrail.payment.order-app.retry-delay, 11s",
    "outrail.payment.sandbox.notice-url, not a url",
    "outrail.payment.sandbox.notice-url, localhost:8126",
    "outrail.payment.order-app.url, ftp://localhost/orders",
    "outrail.payment.order-app.url, http:///orders",
    "outrail.payment.max-orders-per-payment, 101",
    "outrail.payment.sandbox.confirm-after, -1s",
    "outrail.payment.sandbox.attempts, 0",
    "outrail.payment.sandbox.first-back-off, 0ms",
    "outrail.payment.sandbox.longest-back-off, 2h",
    "outrail.payment.sandbox.timeout, 0s",
    "outrail.payment.sandbox.max-pending, 0",
    "outrail.payment.sandbox.refund-failures, -1",
    "outrail.payment.refund.interval, 0s",
    "outrail.payment.refund.interval, 2h",
    "outrail.payment.refund.batch-size, 0",
    "outrail.payment.refund.batch-size, 1001",
    "outrail.payment.refund.lease, 0s",
    "outrail.payment.refund.first-back-off, 0ms",
    "outrail.payment.refund.longest-back-off, 1s",
    "outrail.payment.refund.longest-back-off, 25h",
    "outrail.payment.refund.refused-pause, never",
  })
  void aBadValueStopsTheStartWithTheKeysName(String key, String value) {
    application
        .withPropertyValues(key + "=" + value)
        .run(
            context -> {
              assertThat(context).hasFailed();
              String name = key.substring(key.lastIndexOf('.') + 1);
              assertThat(context.getStartupFailure())
                  .rootCause()
                  .satisfiesAnyOf(
                      failure -> assertThat(failure).hasMessageContaining(camelCase(name)),
                      failure -> assertThat(failure).hasMessageStartingWith(key + " must"),
                      failure ->
                          assertThat(context.getStartupFailure())
                              .hasStackTraceContaining("under '" + key));
            });
  }

  private static String camelCase(String name) {
    StringBuilder result = new StringBuilder();
    for (String word : name.split("-", -1)) {
      result
          .append(result.isEmpty() ? word.charAt(0) : Character.toUpperCase(word.charAt(0)))
          .append(word.substring(1));
    }
    return result.toString();
  }

  @Configuration(proxyBeanMethods = false)
  @ConfigurationPropertiesScan("dev.outrail.payment")
  static class OnlySettings {}
}
