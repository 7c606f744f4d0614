#!/usr/bin/env bash
# With Kafka transactions and a DefaultErrorHandler, Spring Kafka commits what a listener had sent before it failed: the try after
# which the record is given up ends in a commit, not in a rollback.
#
# Seen with: spring-boot-starter-kafka 4.1.2 (spring-kafka 4.1.2, kafka-clients 4.2.2 with its MockConsumer and MockProducer),
# Java 17. spring.kafka.producer.transaction-id-prefix is set, so Boot gives the listener's container a KafkaTransactionManager.
# The listener sends a mail and throws, each time; handler and processor give up after three tries.
# One would expect that nothing is committed of what a failing listener did. The first two tries are rolled back, as the error
# handler throws then; after the third it has dealt with the record, returns, and the transaction it is called in is committed.
#
# Whom it hurts: consume-transform-produce applications with a DefaultErrorHandler bean (say, with a
# DeadLetterPublishingRecoverer): the record is set aside, and half of its effects are in the topics, for all to read.
# What to do: with transactions an AfterRollbackProcessor bean instead of the CommonErrorHandler (both together do not help).
#
# Output seen:
#   AfterRollbackProcessor | tried 3 times | committed: []
#   CommonErrorHandler     | tried 3 times | committed: [mail of try 3]
#   both                   | tried 3 times | committed: [mail of try 3]
#
# Exit status 0 while Spring still does exactly this, 1 if that has changed.
set -euo pipefail
expected=$(sed -n '/^# Output seen:$/,/^#$/s/^#   //p' "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-kafka</artifactId><version>4.1.2</version></dependency>
  </dependencies>
</project>
POM
mvn --batch-mode -q dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib >/dev/null

cat > Listen.java <<'JAVA'
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.AfterRollbackProcessor;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DefaultAfterRollbackProcessor;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;

public class Listen {
  static final TopicPartition ORDERS = new TopicPartition("orders", 0);
  static final AtomicInteger TRIES = new AtomicInteger();
  static MockProducer<Object, Object> producer;
  static volatile CountDownLatch recovered;

  public static void main(String[] none) throws Exception {
    print("AfterRollbackProcessor", Application.class, WithProcessor.class);
    print("CommonErrorHandler", Application.class, WithHandler.class);
    print("both", Application.class, WithHandler.class, WithProcessor.class);
  }

  static void print(String title, Class<?>... sources) throws Exception {
    TRIES.set(0);
    recovered = new CountDownLatch(1);
    producer = new MockProducer<>(true, null, (t, k) -> new byte[0], (t, v) -> new byte[0]);
    var application = new SpringApplicationBuilder(sources)
        .properties(
            "spring.main.banner-mode=off", "logging.level.root=off", "spring.kafka.producer.transaction-id-prefix=mail");
    try (var context = application.run()) {
      recovered.await(30, TimeUnit.SECONDS);
    }
    System.out.printf(
        "%-22s | tried %d times | committed: %s%n",
        title, TRIES.get(), producer.history().stream().map(ProducerRecord::value).toList());
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(KafkaAutoConfiguration.class)
  static class Application {
    @Bean
    Mailer mailer(KafkaTemplate<Object, Object> kafka) {
      return new Mailer(kafka);
    }

    @Bean
    ConsumerFactory<Object, Object> consumers() {
      return new DefaultKafkaConsumerFactory<>(Map.of()) {
        @Override
        public Consumer<Object, Object> createConsumer(String group, String prefix, String suffix, Properties more) {
          return oneEvent();
        }
      };
    }

    @Bean
    ProducerFactory<Object, Object> producers() {
      return new DefaultKafkaProducerFactory<>(Map.of("transactional.id", "mail")) {
        @Override
        protected Producer<Object, Object> createRawProducer(Map<String, Object> settings) {
          return producer;
        }
      };
    }
  }

  record Mailer(KafkaTemplate<Object, Object> kafka) {
    @KafkaListener(groupId = "mail", topicPartitions =
        @org.springframework.kafka.annotation.TopicPartition(topic = "orders", partitions = "0"))
    void on(String event) {
      kafka.send("mail", "7", "mail of try " + TRIES.incrementAndGet());
      throw new IllegalStateException("can't be applied");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class WithHandler {
    @Bean
    CommonErrorHandler setsAside() {
      return new DefaultErrorHandler((event, failure) -> recovered.countDown(), new FixedBackOff(0, 2));
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class WithProcessor {
    @Bean
    AfterRollbackProcessor<Object, Object> setsAsideAfterRollback() {
      return new DefaultAfterRollbackProcessor<>((event, failure) -> recovered.countDown(), new FixedBackOff(0, 2));
    }
  }

  /** A consumer that has one record, and has it again after a seek. */
  static Consumer<Object, Object> oneEvent() {
    var consumer = new MockConsumer<Object, Object>("earliest") {
      @Override
      public synchronized void seek(TopicPartition partition, long offset) {
        super.seek(partition, offset);
        if (offset == 0) {
          hand();
        }
      }

      void hand() {
        schedulePollTask(() -> addRecord(new ConsumerRecord<>("orders", 0, 0, "7", "paid")));
      }
    };
    consumer.updateBeginningOffsets(Map.of(ORDERS, 0L));
    consumer.updateEndOffsets(Map.of(ORDERS, 1L));
    consumer.hand();
    return consumer;
  }
}
JAVA

javac -parameters -proc:none -cp 'lib/*' -d classes Listen.java 2>log || { cat log >&2; echo "CHANGED: does not compile" >&2; exit 1; }
java -cp 'classes:lib/*' Listen >seen 2>log || { cat log >&2; echo "CHANGED: the program did not end well" >&2; exit 1; }
cat seen
[ "$(cat seen)" = "$expected" ] || { echo "CHANGED: expected" >&2; echo "$expected" >&2; exit 1; }
