package dev.outrail.messaging.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.UnexpectedRollbackException;

class PassingFailuresTest {

  @ParameterizedTest
  @ValueSource(ints = {1290, 1836, 1792, 3032, 1053, 1040, 1021, 3100})
  void whatTheServerSaysOfItselfPasses(int number) {
    assertThat(PassingFailures.isPassing(listenerFailure(uncategorized(number)))).isTrue();
  }

  /** A CHECK, a text that its column cannot hold, a column without a value, a SIGNAL. */
  @ParameterizedTest
  @ValueSource(ints = {3819, 1366, 1364, 1644})
  void whatComesFromTheMessageDoesNot(int number) {
    assertThat(PassingFailures.isPassing(listenerFailure(uncategorized(number)))).isFalse();
  }

  @Test
  void aTransactionThatCannotBeginPassesAndOneThatIsUsedWronglyDoesNot() {
    assertThat(PassingFailures.isPassing(new CannotCreateTransactionException("no connection")))
        .isTrue();
    assertThat(PassingFailures.isPassing(new UnexpectedRollbackException("an inner one failed")))
        .isFalse();
    assertThat(PassingFailures.isPassing(new IllegalTransactionStateException("none is open")))
        .isFalse();
  }

  private static UncategorizedSQLException uncategorized(int number) {
    return new UncategorizedSQLException(
        "effect", "UPDATE t", new SQLException("as the server says it", "HY000", number));
  }

  private static RuntimeException listenerFailure(RuntimeException cause) {
    return new IllegalStateException("Listener failed", cause);
  }
}
