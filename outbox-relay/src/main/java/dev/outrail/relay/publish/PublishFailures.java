package dev.outrail.relay.publish;

import dev.outrail.relay.problem.ExitCode;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.RefusedException;
import dev.outrail.relay.problem.TransientException;
import java.util.List;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/**
 * Sorts what Kafka reports into "try again", "a person must decide", and "somebody took over,
 * perhaps".
 */
final class PublishFailures {

  /**
   * The broker no longer accepts this producer: replaced by another, or its transaction timed out.
   */
  static final class EpochLostException extends RuntimeException {
    EpochLostException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private PublishFailures() {}

  static RuntimeException classify(Throwable failure, String doing) {
    if (isOfTheSettings(failure)) {
      return new RefusedException(
          ExitCode.USAGE,
          List.of(
              new Problem(
                  doing
                      + ": a client cannot be made of the settings ("
                      + rootMessage(failure)
                      + ").",
                  "Correct the setting kafka.*, or the same without 'kafka.' in kafka.client.file.")));
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof HaltException
          || cause instanceof TransientException
          || cause instanceof RefusedException) {
        return (RuntimeException) cause;
      }
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException
          || cause instanceof InvalidTxnStateException) {
        return new EpochLostException(doing + ": " + cause.getMessage(), failure);
      }
      if (cause instanceof InvalidPidMappingException) {
        return new TransientException(
            doing
                + ": Kafka has forgotten this producer, which was idle for longer than the broker's"
                + " transactional.id.expiration.ms; the relay begins anew with another, at its position.",
            failure);
      }
      RuntimeException halt = decision(cause, failure, doing);
      if (halt != null) {
        return halt;
      }
      if (cause instanceof TopicAuthorizationException denied
          && !denied.unauthorizedTopics().isEmpty()) {
        return new DeniedTopicException(denied.unauthorizedTopics(), failure);
      }
      if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
        return new TransientException(
            doing
                + ": Kafka denies access ("
                + cause.getMessage()
                + "). Remedy: correct the kafka.sasl.*/kafka.ssl.* settings, or grant the ACLs that the README lists.",
            failure);
      }
    }
    return new TransientException(doing + ": " + message(failure), failure);
  }

  /**
   * Why Kafka will never take this one record as it is; null if the failure is not the record's.
   */
  static @Nullable Problem ofTheRecord(Throwable failure, String doing) {
    if (failure instanceof RecordTooLargeException
        || failure instanceof RecordBatchTooLargeException) {
      return tooLarge(doing, message(failure));
    }
    if (failure instanceof InvalidTimestampException || failure instanceof InvalidRecordException) {
      return notAsItIs(doing, message(failure));
    }
    return null;
  }

  static Problem tooLarge(String doing, String why) {
    return new Problem(
        doing + ": Kafka refuses the record as too large (" + why + ").",
        "kafka-configs.sh --bootstrap-server … --alter --entity-type topics --entity-name <topic> --add-config"
            + " max.message.bytes=<bytes>, then retry the event.");
  }

  static Problem notAsItIs(String doing, String why) {
    return new Problem(
        doing + ": Kafka refuses the record (" + why + ").",
        "Correct the topic's settings (message.timestamp.*, cleanup.policy), then retry the event.");
  }

  /**
   * Whether a client could not be made. It connects to nothing then; only names of brokers and
   * tickets to log in with are asked for, and may be had in a moment.
   */
  private static boolean isOfTheSettings(Throwable failure) {
    String message = message(failure);
    if (!(failure instanceof ConfigException)
        && !message.startsWith("Failed to construct")
        && !message.startsWith("Failed to create new")) {
      return false;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LoginException
          || message(cause).startsWith("No resolvable bootstrap")
          || message(cause).startsWith("Unknown host")) {
        return false;
      }
    }
    return true;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof ConfigException ? message(root) : root.toString();
  }

  private static @Nullable HaltException decision(
      Throwable cause, Throwable failure, String doing) {
    if (cause instanceof RecordTooLargeException || cause instanceof RecordBatchTooLargeException) {
      return new HaltException(
          doing + ": Kafka refuses a record as too large (" + cause.getMessage() + ").",
          "kafka-configs.sh --bootstrap-server … --alter --topic <topic> --add-config max.message.bytes=<bytes>, then start"
              + " the relay again; it goes on with this very event.",
          failure);
    }
    if (cause instanceof InvalidTopicException
        || cause instanceof InvalidTimestampException
        || cause instanceof InvalidRecordException) {
      return new HaltException(
          doing + ": Kafka refuses a record (" + cause.getMessage() + ").",
          "Correct the topic's settings; the relay goes on with this very event when it is started again.",
          failure);
    }
    if (cause instanceof InvalidTxnTimeoutException) {
      return HaltException.ofThisProcess(
          doing
              + ": the broker allows no transaction timeout this long ("
              + cause.getMessage()
              + ").",
          "Lower transaction.timeout.ms or snapshot.timeout.ms, or raise the broker's transaction.max.timeout.ms.",
          failure);
    }
    if (cause instanceof UnsupportedVersionException) {
      return new HaltException(
          doing + ": the broker is too old (" + cause.getMessage() + ").",
          "Use Kafka 4.0 or newer.",
          failure);
    }
    return null;
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
