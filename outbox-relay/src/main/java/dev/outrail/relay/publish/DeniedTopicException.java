package dev.outrail.relay.publish;

import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.TransientException;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Kafka's ACLs keep the relay from these topics, and from no others. */
public final class DeniedTopicException extends TransientException {

  private final transient SortedSet<String> topics;

  DeniedTopicException(Collection<String> topics, @Nullable Throwable cause) {
    super(problem(topics).toString(), cause);
    this.topics = new TreeSet<>(topics);
  }

  SortedSet<String> topics() {
    return topics;
  }

  public Problem problem() {
    return problem(topics);
  }

  private static Problem problem(Collection<String> topics) {
    String names = String.join(", ", new TreeSet<>(topics));
    return new Problem(
        "Kafka does not let the relay write to %s.".formatted(names),
        "kafka-acls.sh --bootstrap-server … --add --allow-principal User:<the relay's> --operation Describe --operation Write"
            + " --operation Create --topic <name>, for each of: "
            + names);
  }
}
