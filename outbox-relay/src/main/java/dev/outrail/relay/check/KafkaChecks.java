package dev.outrail.relay.check;

import dev.outrail.relay.publish.KafkaFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges what a Kafka cluster says of itself and of the relay's rights. */
final class KafkaChecks {

  private static final int LATE_BATCHES_ARE_REFUSED = 2;

  private KafkaChecks() {}

  /** Everything that is not as it should be. */
  static List<Finding> judge(KafkaFacts facts, String positionTopic) {
    List<Finding> findings = new ArrayList<>();
    if (facts.transactionVersion() < LATE_BATCHES_ARE_REFUSED) {
      findings.add(
          Check.TRANSACTION_VERSION.finds(
              "The cluster has transaction.version=%d.".formatted(facts.transactionVersion())));
    }
    for (String id : facts.deniedIds()) {
      findings.add(
          Check.KAFKA_RIGHTS.finds(
              "Kafka denies the transactional id %s.".formatted(id),
              "kafka-acls.sh --bootstrap-server … --add --allow-principal User:… --operation Write --operation Describe"
                  + " --transactional-id %s".formatted(id)));
    }
    for (Map.Entry<String, Set<String>> missing : facts.missingRights().entrySet()) {
      String topic = missing.getKey();
      Check check = topic.equals(positionTopic) ? Check.KAFKA_RIGHTS : Check.FURTHER_RIGHTS;
      findings.add(
          check.finds(
              "Kafka denies %s on the topic %s."
                  .formatted(String.join(", ", missing.getValue()), topic),
              "kafka-acls.sh --bootstrap-server … --add --allow-principal User:… --operation %s --topic %s"
                  .formatted(String.join(" --operation ", missing.getValue()), topic)));
    }
    return findings;
  }
}
