#!/usr/bin/env bash
# Spring Boot gives its Kafka listeners the application's CommonErrorHandler if there is exactly one. With two it gives them
# none and does not say so: an event that the first handler would have set aside is skipped after ten tries.
#
# Seen with: spring-boot-starter-kafka 4.1.2 (spring-kafka 4.1.2, kafka-clients 4.2.2 with its MockConsumer), Java 17.
# One would expect the start to fail, as it does where a bean is injected that is there twice, or at least a warning. The bean
# is taken by ObjectProvider.getIfUnique, and without one the container's own DefaultErrorHandler logs the event and goes on.
#
# Whom it hurts: who adds a handler for one listener, or a library whose auto-configuration does: the one that all the others
# relied on is out of use, and an error in the log per lost event is all that tells. Boot takes record interceptor, record
# filter, message converter, after-rollback processor and rebalance listener in the same way.
# What to do: @Primary on one of them, or @Bean(defaultCandidate = false) on those that a factory of their own is given.
#
# Output seen:
#   one CommonErrorHandler                   | started; the failing event: tried  3 times, set aside 1 times, offset committed
#   two of them                              | started; the failing event: tried 10 times, set aside 0 times, offset committed
#   two, the second one no default candidate | started; the failing event: tried  3 times, set aside 1 times, offset committed
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
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;

public class Listen {
  static final TopicPartition ORDERS = new TopicPartition("orders", 0);
  static final AtomicInteger TRIES = new AtomicInteger();
  static final AtomicInteger SET_ASIDE = new AtomicInteger();
  static volatile CountDownLatch committed;

  public static void main(String[] none) throws Exception {
    print("one CommonErrorHandler", Application.class);
    print("two of them", Application.class, Second.class);
    print("two, the second one no default candidate", Application.class, Apart.class);
  }

  static void print(String title, Class<?>... sources) throws Exception {
    TRIES.set(0);
    SET_ASIDE.set(0);
    committed = new CountDownLatch(1);
    var application = new SpringApplicationBuilder(sources)
        .properties("spring.main.banner-mode=off", "logging.level.root=off");
    try (var context = application.run()) {
      committed.await(30, TimeUnit.SECONDS);
    }
    System.out.printf(
        "%-40s | started; the failing event: tried %2d times, set aside %d times, offset %s%n",
        title, TRIES.get(), SET_ASIDE.get(), committed.getCount() == 0 ? "committed" : "not committed");
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(KafkaAutoConfiguration.class)
  static class Application {

    @KafkaListener(groupId = "mail", topicPartitions =
        @org.springframework.kafka.annotation.TopicPartition(topic = "orders", partitions = "0"))
    void on(String event) {
      TRIES.incrementAndGet();
      throw new IllegalStateException("can't be applied");
    }

    @Bean
    CommonErrorHandler setsAside() {
      return new DefaultErrorHandler((event, failure) -> SET_ASIDE.incrementAndGet(), new FixedBackOff(0, 2));
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
  }

  @Configuration(proxyBeanMethods = false)
  static class Second {
    @Bean
    CommonErrorHandler forOtherListeners() {
      return new DefaultErrorHandler(new FixedBackOff(0, 2));
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Apart {
    @Bean(defaultCandidate = false)
    CommonErrorHandler forOtherListeners() {
      return new DefaultErrorHandler(new FixedBackOff(0, 2));
    }
  }

  /** A consumer that has one record, has it again after a seek, and tells of the commit of its offset. */
  static Consumer<Object, Object> oneEvent() {
    var consumer = new MockConsumer<Object, Object>("earliest") {
      @Override
      public synchronized void seek(TopicPartition partition, long offset) {
        super.seek(partition, offset);
        hand();
      }

      void hand() {
        schedulePollTask(() -> addRecord(new ConsumerRecord<>("orders", 0, 0, "7", "paid")));
      }

      @Override
      public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        super.commitSync(offsets, timeout);
        if (offsets.get(ORDERS).offset() == 1) {
          committed.countDown();
        }
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
