package dev.outrail.messaging.autoconfigure;

import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/**
 * Warns, at the start, that Spring Modulith's externalized events may go nowhere: told to put them
 * into an outbox, Modulith leaves that to whoever listens, and says nothing where nobody does. A
 * listener of the application's own cannot be told from none, so this stops no start.
 */
@AutoConfiguration
@ConditionalOnClass(
    name = "org.springframework.modulith.events.support.OutboxEventExternalizerFactory")
@ConditionalOnMissingClass({
  "dev.outrail.messaging.modulith.ModulithOutboxAutoConfiguration",
  "org.springframework.modulith.events.namastack.NamastackOutboxEventRecorder",
  "org.springframework.modulith.events.jobrunr.JobRunrEventExternalizer"
})
@ConditionalOnProperty(name = "spring.modulith.events.externalization.mode", havingValue = "outbox")
@ConditionalOnProperty(
    name = "spring.modulith.events.externalization.enabled",
    havingValue = "true",
    matchIfMissing = true)
public class ModulithAutoConfiguration {

  ModulithAutoConfiguration() {
    LoggerFactory.getLogger(ModulithAutoConfiguration.class)
        .warn(
            "spring.modulith.events.externalization.mode is outbox, but no backend is there that would put @Externalized events into one: unless a listener of your own does it, they go nowhere. Add dev.outrail:outrail-messaging-modulith and they go into Outrail's outbox.");
  }
}
