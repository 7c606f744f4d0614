package dev.outrail.messaging.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.util.ClassUtils;

/** Says why an application of Spring Boot 3 does not start that has the starter for 4. */
final class Boot4StarterAnalyzer extends AbstractFailureAnalyzer<ClassNotFoundException> {

  private static final String OF_BOOT_4 =
      "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration";

  private final @Nullable String version;

  Boot4StarterAnalyzer() {
    this(SpringBootVersion.getVersion());
  }

  Boot4StarterAnalyzer(@Nullable String version) {
    this.version = version;
  }

  @Override
  protected @Nullable FailureAnalysis analyze(Throwable failure, ClassNotFoundException cause) {
    String missing = cause.getMessage();
    if (version == null
        || !version.startsWith("3.")
        || missing == null
        || !missing.startsWith("org.springframework.boot.")
        || !ClassUtils.isPresent(OF_BOOT_4, getClass().getClassLoader())) {
      return null;
    }
    return new FailureAnalysis(
        "Modules of Spring Boot 4 are in an application of Spring Boot %s, and miss %s: outrail-messaging-starter brings them."
            .formatted(version, missing),
        "Replace outrail-messaging-starter by dev.outrail:messaging and what it needs in an application of Spring Boot 3.5: see 'Spring Boot 3.5' in Outrail's messaging/README.md. Or go to Spring Boot 4.",
        cause);
  }
}
