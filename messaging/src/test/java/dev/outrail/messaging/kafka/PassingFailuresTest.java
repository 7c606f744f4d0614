package dev.outrail.messaging.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionSystemException;
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

  @Test
  void ofFailuresToReadOrReachSomethingOnlyThoseOfAConnectionPass() {
    assertThat(PassingFailures.isPassing(new UncheckedIOException(new ConnectException("refused"))))
        .isTrue();
    assertThat(PassingFailures.isPassing(new UncheckedIOException(new IOException("no JSON"))))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1146, true", "1049, true", "1305, true", "1064, false", "1054, false"})
  void aTableThatIsMissingPassesAndAWrongStatementDoesNot(int number, boolean passes) {
    BadSqlGrammarException failure =
        new BadSqlGrammarException(
            "effect", "UPDATE t", new SQLException("as the server says it", "42000", number));

    assertThat(PassingFailures.isPassing(listenerFailure(failure))).isEqualTo(passes);
  }

  @Test
  void aCommitThatFailsPassesIfItsCauseDoes() {
    assertThat(
            PassingFailures.isPassing(
                new TransactionSystemException(
                    "commit", new IllegalStateException("a name is not valid"))))
        .isFalse();
    assertThat(
            PassingFailures.isPassing(
                new TransactionSystemException("commit", new SQLException("gone", "08S01"))))
        .isTrue();
    TransactionSystemException rollback =
        new TransactionSystemException("rollback", new IllegalStateException("closed"));
    rollback.initApplicationException(new SQLRecoverableException("gone"));
    assertThat(PassingFailures.isPassing(rollback)).isTrue();
    assertThat(PassingFailures.isPassing(new SQLException("Connection is closed"))).isTrue();
  }

  private static UncategorizedSQLException uncategorized(int number) {
    return new UncategorizedSQLException(
        "effect", "UPDATE t", new SQLException("as the server says it", "HY000", number));
  }

  private static RuntimeException listenerFailure(RuntimeException cause) {
    return new IllegalStateException("Listener failed", cause);
  }
}
