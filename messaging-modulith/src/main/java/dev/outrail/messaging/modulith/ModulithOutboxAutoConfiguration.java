package dev.outrail.messaging.modulith;

import dev.outrail.messaging.autoconfigure.MessagingAutoConfiguration;
import dev.outrail.messaging.outbox.Outbox;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.modulith.events.EventExternalizationConfiguration;
import org.springframework.modulith.events.ExternalizationMode;
import org.springframework.modulith.events.config.EventExternalizationAutoConfiguration;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts Spring Modulith's externalized events into the outbox, where {@code
 * spring.modulith.events.externalization.mode} is {@code outbox}. An application without an outbox
 * does not start then. In any other mode nothing happens, and the log says so; with {@code
 * spring.modulith.events.externalization.enabled=false} nothing at all.
 */
@AutoConfiguration(
    after = {EventExternalizationAutoConfiguration.class, MessagingAutoConfiguration.class},
    afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnProperty(
    name = "spring.modulith.events.externalization.enabled",
    havingValue = "true",
    matchIfMissing = true)
public class ModulithOutboxAutoConfiguration {

  ModulithOutboxAutoConfiguration(Environment environment) {
    if (!environment.getProperty(ExternalizationMode.PROPERTY, "").equalsIgnoreCase("outbox")) {
      LoggerFactory.getLogger(ModulithOutboxAutoConfiguration.class)
          .warn(
              "outrail-messaging-modulith does nothing: set {}=outbox, and @Externalized events go into the outbox, or remove the dependency",
              ExternalizationMode.PROPERTY);
    }
  }

  /**
   * Before 2.1, Modulith takes no notice of the mode, and would send by itself what is appended.
   */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(name = ExternalizationMode.PROPERTY, havingValue = "outbox")
  @ConditionalOnMissingClass(
      "org.springframework.modulith.events.support.OutboxEventExternalizerFactory")
  static class TooOld {

    TooOld() {
      throw new IllegalStateException(
          ExternalizationMode.PROPERTY
              + "=outbox needs Spring Modulith 2.1 or later: raise the version of spring-modulith-bom");
    }
  }

  /** What appends. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(name = ExternalizationMode.PROPERTY, havingValue = "outbox")
  static class Backend {

    @Bean
    @ConditionalOnMissingBean
    EventTypes outrailEventTypes() {
      return EventTypes.bySimpleName();
    }

    @Bean
    ExternalizedEvents outrailExternalizedEvents(
        EventExternalizationConfiguration externalization,
        EventTypes types,
        Outbox outbox,
        JsonMapper json,
        BeanFactory beans) {
      return new ExternalizedEvents(externalization, types, outbox, json, beans);
    }
  }
}
