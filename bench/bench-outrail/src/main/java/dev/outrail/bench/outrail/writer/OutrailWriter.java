package dev.outrail.bench.outrail.writer;

import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.WriterAgent;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;

/**
 * An application that makes payments in one or more databases, each with an outbox of its own.
 *
 * <p>Nothing is auto-configured: that would be for one database only, and there may be many.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
public class OutrailWriter {

  /** Several databases, separated by commas, in the order of the scene; wins over the single. */
  private static final String JDBC_URLS = "bench.jdbc-urls";

  /** Starts it; the agent answers when it takes payments. */
  public static void run(String... args) {
    new SpringApplicationBuilder(OutrailWriter.class)
        .web(WebApplicationType.NONE)
        .initializers(
            context ->
                context.getBeanFactory().registerSingleton("benchArgs", BenchArgs.parse(args)))
        .run(args);
  }

  @Bean
  PayDatabases payDatabases(BenchArgs args) {
    String urls = args.values().get(JDBC_URLS);
    List<String> all =
        Arrays.asList((urls == null ? args.get(BenchArgs.JDBC_URL) : urls).split(","));
    return PayDatabases.open(all, args);
  }

  @Bean
  WriterAgent writerAgent(BenchArgs args, PayDatabases databases) throws IOException {
    return WriterAgent.start(args.number(BenchArgs.PORT), databases);
  }
}
