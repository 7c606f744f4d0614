package dev.outrail.messaging.modulith;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.shop.ShopApplication;
import dev.outrail.messaging.autoconfigure.MessagingAutoConfiguration;
import dev.outrail.messaging.autoconfigure.ModulithAutoConfiguration;
import dev.outrail.messaging.outbox.Outbox;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.modulith.events.EventExternalizationConfiguration;
import org.springframework.modulith.events.config.EventExternalizationAutoConfiguration;
import org.springframework.modulith.events.support.OutboxEventExternalizerFactory;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(OutputCaptureExtension.class)
class ModulithOutboxAutoConfigurationTest {

  private static final String MODE = "spring.modulith.events.externalization.mode=outbox";
  private static final String OFF = "spring.modulith.events.externalization.enabled=false";

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withInitializer(
              context ->
                  AutoConfigurationPackages.register(
                      (BeanDefinitionRegistry) context.getBeanFactory(),
                      ShopApplication.class.getPackageName()))
          .withConfiguration(
              AutoConfigurations.of(
                  EventExternalizationAutoConfiguration.class,
                  JacksonAutoConfiguration.class,
                  MessagingAutoConfiguration.class,
                  ModulithAutoConfiguration.class));
  private final ApplicationContextRunner withBackend =
      application.withConfiguration(AutoConfigurations.of(ModulithOutboxAutoConfiguration.class));

  private final Outbox outbox = events -> List.of();

  @Test
  void anOutboxAndTheModeAreAllThatItTakes(CapturedOutput log) {
    withBackend
        .withBean(Outbox.class, () -> outbox)
        .withPropertyValues(MODE)
        .run(context -> assertThat(context).hasSingleBean(ExternalizedEvents.class));
    assertThat(log).doesNotContain("WARN");
  }

  @Test
  void namesOfTypesAreTheApplicationsIfItHasSome() {
    EventTypes own = event -> "own.v1";

    withBackend
        .withBean(Outbox.class, () -> outbox)
        .withBean(EventTypes.class, () -> own)
        .withPropertyValues(MODE)
        .run(context -> assertThat(context).getBean(EventTypes.class).isSameAs(own));
  }

  @Test
  void withoutAnOutboxTheApplicationDoesNotStart() {
    withBackend
        .withPropertyValues(MODE)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasRootCauseInstanceOf(NoSuchBeanDefinitionException.class)
                    .hasMessageContaining(Outbox.class.getName()));
  }

  @Test
  void inAnotherModeNothingHappensAndTheLogSaysWhatToSet(CapturedOutput log) {
    withBackend.run(
        context -> assertThat(context).hasNotFailed().doesNotHaveBean(ExternalizedEvents.class));

    assertThat(log).contains("WARN").contains(MODE);
  }

  @Test
  void whereModulithIsToldToExternalizeNothingThereIsNothingAndNoWarning(CapturedOutput log) {
    withBackend
        .withPropertyValues(OFF, MODE)
        .run(
            context ->
                assertThat(context).hasNotFailed().doesNotHaveBean(ExternalizedEvents.class));
    assertThat(log).doesNotContain("WARN");
  }

  @Test
  void theModeWithoutABackendIsWarnedOfForModulithSaysNothing(CapturedOutput log) {
    ApplicationContextRunner without =
        application.withClassLoader(new FilteredClassLoader(ModulithOutboxAutoConfiguration.class));

    without.withPropertyValues(OFF, MODE).run(context -> assertThat(context).hasNotFailed());
    without.run(context -> assertThat(context).hasNotFailed());
    assertThat(log).doesNotContain("WARN");

    without.withPropertyValues(MODE).run(context -> assertThat(context).hasNotFailed());
    assertThat(log).contains("WARN").contains("outrail-messaging-modulith");
  }

  @Test
  void aModulithThatDoesNotKnowTheModeStopsTheStart() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(ModulithOutboxAutoConfiguration.class))
        .withBean(
            EventExternalizationConfiguration.class, EventExternalizationConfiguration::disabled)
        .withBean(Outbox.class, () -> outbox)
        .withBean(JsonMapper.class, () -> JsonMapper.builder().build())
        .withClassLoader(new FilteredClassLoader(OutboxEventExternalizerFactory.class))
        .withPropertyValues(MODE)
        .run(
            context ->
                assertThat(context).getFailure().hasStackTraceContaining("Spring Modulith 2.1"));
  }
}
