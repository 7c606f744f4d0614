package dev.outrail.bench.namastack;

import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.Payment;
import dev.outrail.bench.kit.PaymentWriter;
import dev.outrail.bench.kit.WriterAgent;
import io.namastack.outbox.Outbox;
import io.namastack.outbox.handler.OutboxTypedHandler;
import java.io.IOException;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/** An application with Namastack Outbox on JDBC and a handler that sends to Kafka. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class NamastackMain {

  private static final String MICROSECONDS = "bench.microseconds";

  /** Its table for MySQL has whole seconds, which decide what is older and when it is due. */
  private static final String FINER_TIMES =
      """
      ALTER TABLE outbox_record
        MODIFY created_at    TIMESTAMP(6) NOT NULL,
        MODIFY completed_at  TIMESTAMP(6) NULL,
        MODIFY next_retry_at TIMESTAMP(6) NOT NULL
      """;

  public static void main(String[] args) throws IOException {
    BenchArgs benchArgs = BenchArgs.parse(args);
    ApplicationContext context = SpringApplication.run(NamastackMain.class, args);
    if (Boolean.parseBoolean(benchArgs.get(MICROSECONDS, "false"))) {
      context.getBean(JdbcClient.class).sql(FINER_TIMES).update();
    }
    WriterAgent.start(benchArgs.number(BenchArgs.PORT), context.getBean(PaymentWriter.class));
  }

  @Bean
  PaymentWriter paymentWriter(
      DataSource dataSource, PlatformTransactionManager transactionManager, Outbox outbox) {
    return new SchedulingWriter(dataSource, transactionManager, outbox);
  }

  @Bean
  OutboxTypedHandler<Payment> paymentHandler(
      KafkaTemplate<String, String> kafka, @Value("${bench.topic}") String topic) {
    return new SendingHandler(kafka, topic);
  }
}
