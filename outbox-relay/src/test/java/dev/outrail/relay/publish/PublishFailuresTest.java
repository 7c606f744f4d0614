package dev.outrail.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PublishFailuresTest {

  static Stream<Arguments> failures() {
    Class<?> epochLost = PublishFailures.EpochLostException.class;
    return Stream.of(
        Arguments.of(new ProducerFencedException("a newer epoch"), epochLost, "a newer epoch"),
        Arguments.of(new InvalidProducerEpochException("an old epoch"), epochLost, "an old epoch"),
        Arguments.of(new InvalidTxnStateException("not ongoing"), epochLost, "not ongoing"),
        Arguments.of(
            new TransactionAbortableException(
                "after retries", new InvalidTxnStateException("not ongoing")),
            epochLost,
            "not ongoing"),
        Arguments.of(
            new InvalidPidMappingException("no such id"),
            TransientException.class,
            "transactional.id.expiration.ms"),
        Arguments.of(
            new TopicAuthorizationException("t"), TransientException.class, "Kafka denies access"),
        Arguments.of(new TimeoutException("60 s"), TransientException.class, ""),
        Arguments.of(
            new RecordTooLargeException("2000 bytes"), HaltException.class, "max.message.bytes"),
        Arguments.of(
            new InvalidTxnTimeoutException("too long"),
            HaltException.class,
            "transaction.timeout.ms"),
        Arguments.of(new UnsupportedVersionException("v9"), HaltException.class, "Kafka 4.0"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void eachIsSortedAlsoInsideAnother(Exception failure, Class<?> sortedAs, String says) {
    for (Exception seen :
        new Exception[] {failure, new KafkaException("in error state", failure)}) {
      assertThat(PublishFailures.classify(seen, "Sending"))
          .isInstanceOf(sortedAs)
          .hasMessageContaining("Sending")
          .hasMessageContaining(says);
    }
  }
}
