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
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/** An application with Namastack Outbox on JDBC and a handler that sends to Kafka. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class NamastackMain {

  public static void main(String[] args) throws IOException {
    PaymentWriter writer =
        SpringApplication.run(NamastackMain.class, args).getBean(PaymentWriter.class);
    WriterAgent.start(BenchArgs.parse(args).number(BenchArgs.PORT), writer);
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
