package dev.outrail.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TopicsTest {

  static Stream<Throwable> ofThisName() {
    return Stream.of(
        new InvalidTopicException("Topic 'a.b' collides with existing topics: a_b"),
        new PolicyViolationException("names begin with the team's"));
  }

  static Stream<Throwable> ofTheSettings() {
    return Stream.of(
        new InvalidReplicationFactorException("more than there are brokers"),
        new InvalidPartitionsException("0"),
        new InvalidConfigurationException("min.insync.replicas"));
  }

  @ParameterizedTest
  @MethodSource("ofThisName")
  void aNameThatKafkaDoesNotTakeIsTheEventsFault(Throwable refusal) {
    assertThat(Topics.refusalOf("a.b", refusal).what())
        .contains("'a.b'")
        .contains(refusal.getMessage());
  }

  @ParameterizedTest
  @MethodSource("ofTheSettings")
  void settingsThatKafkaRefusesForAnyTopicHalt(Throwable refusal) {
    assertThatThrownBy(() -> Topics.refusalOf("a.b", refusal))
        .isInstanceOf(HaltException.class)
        .hasMessageContaining("topics.");
  }

  @Test
  void anOutageIsNobodysFault() {
    assertThatThrownBy(() -> Topics.refusalOf("a.b", new TimeoutException("no answer")))
        .isInstanceOf(TransientException.class);
  }
}
