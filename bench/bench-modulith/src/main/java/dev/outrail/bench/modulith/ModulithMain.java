package dev.outrail.bench.modulith;

import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.Payment;
import dev.outrail.bench.kit.PaymentWriter;
import dev.outrail.bench.kit.WriterAgent;
import java.io.IOException;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.core.task.TaskExecutor;
import org.springframework.modulith.events.EventExternalizationConfiguration;
import org.springframework.modulith.events.RoutingTarget;
import org.springframework.transaction.PlatformTransactionManager;

/** An application with Spring Modulith's publication registry on JDBC and Kafka as the target. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ModulithMain {

  public static void main(String[] args) throws IOException {
    PaymentWriter writer =
        SpringApplication.run(ModulithMain.class, args).getBean(PaymentWriter.class);
    WriterAgent.start(BenchArgs.parse(args).number(BenchArgs.PORT), writer);
  }

  @Bean
  PaymentWriter paymentWriter(
      DataSource dataSource,
      PlatformTransactionManager transactionManager,
      ApplicationEventPublisher events) {
    return new PublishingWriter(dataSource, transactionManager, events);
  }

  /** The payment is the event; it goes to the topic under its own key. */
  @Bean
  EventExternalizationConfiguration externalization(@Value("${bench.topic}") String topic) {
    return EventExternalizationConfiguration.externalizing()
        .selectByType(Payment.class)
        .route(
            Payment.class,
            payment -> RoutingTarget.forTarget(topic).andKey(Long.toString(payment.key())))
        .build();
  }

  /**
   * Drops what is to be done after the commit, as a crash between the two would: publications stay
   * in the registry as they were stored.
   */
  @Bean
  @ConditionalOnProperty(name = BenchArgs.PUBLISH, havingValue = "false")
  TaskExecutor applicationTaskExecutor() {
    return task -> {};
  }
}
