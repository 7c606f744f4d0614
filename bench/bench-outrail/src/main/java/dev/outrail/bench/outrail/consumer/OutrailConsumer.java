package dev.outrail.bench.outrail.consumer;

import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.messaging.inbox.Inbox;
import java.io.IOException;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;

/**
 * An application that marks the orders of payments as paid, once each, as its library's README has
 * it. {@code --bench.apply=batch}: a poll of records is one transaction; {@code single}: each
 * record is one.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class OutrailConsumer {

  /** Settings are in {@code application-consumer.yml}. */
  private static final String PROFILE = "consumer";

  private static final String APPLY = "bench.apply";

  /** Starts it; the agent says when it has its partitions. */
  public static void run(String... args) {
    new SpringApplicationBuilder(OutrailConsumer.class)
        .profiles(PROFILE)
        .web(WebApplicationType.NONE)
        .initializers(
            context ->
                context.getBeanFactory().registerSingleton("benchArgs", BenchArgs.parse(args)))
        .run(args);
  }

  @Bean
  EffectsBook effectsBook() {
    return new EffectsBook();
  }

  @Bean
  PaymentListener paymentListener(BenchArgs args, Inbox inbox, JdbcClient jdbc, EffectsBook book) {
    return new PaymentListener(Apply.of(args.get(APPLY)), inbox, new PaidOrders(jdbc), book);
  }

  @Bean
  EffectsAgent effectsAgent(
      BenchArgs args, EffectsBook book, KafkaListenerEndpointRegistry listeners)
      throws IOException {
    return EffectsAgent.start(args.number(BenchArgs.PORT), book, listeners);
  }
}
