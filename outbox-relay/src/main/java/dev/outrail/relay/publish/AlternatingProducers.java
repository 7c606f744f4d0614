package dev.outrail.relay.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two transactional producers that take turns. A broker answers a commit before it has written the
 * transaction's markers, and puts off the same producer's next transaction until they are written,
 * 20 ms at a time; the other producer need not wait for them.
 *
 * <p>Never are both in a transaction, so the records of one are all in their partitions before the
 * other sends.
 *
 * <p>Two epochs fence as well as one, because {@link #initTransactions()} takes them in a fixed
 * order and every term begins with the first: whoever commits on the second has committed on the
 * first since, so nobody had begun to take over by then; and whoever takes over reads the position
 * only after it has taken both.
 *
 * <p>For one thread. After a failed commit this is used up, like the {@link Publisher}.
 */
final class AlternatingProducers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AlternatingProducers.class);

  private final List<Producer<byte[], byte[]>> producers;
  private int turn;

  private AlternatingProducers(List<Producer<byte[], byte[]>> producers) {
    this.producers = List.copyOf(producers);
  }

  static AlternatingProducers create(PublisherSettings settings) {
    List<Producer<byte[], byte[]>> made = new ArrayList<>();
    try {
      for (String transactionalId : settings.transactionalIds()) {
        made.add(
            new KafkaProducer<>(
                settings.producerProperties(transactionalId),
                new ByteArraySerializer(),
                new ByteArraySerializer()));
      }
      return new AlternatingProducers(made);
    } catch (RuntimeException e) {
      made.forEach(AlternatingProducers::close);
      throw e;
    }
  }

  /** Fences all others and settles their transactions. */
  void initTransactions() {
    turn = 0;
    producers.forEach(Producer::initTransactions);
  }

  /** Whose turn it is: until its transaction is committed, also after an abort. */
  Producer<byte[], byte[]> current() {
    return producers.get(turn);
  }

  /** Passes the turn on. */
  void committed() {
    turn = (turn + 1) % producers.size();
  }

  /** Has each ask the broker where the topic's partitions are. */
  void learn(String topic) {
    producers.forEach(producer -> producer.partitionsFor(topic));
  }

  @Override
  public void close() {
    producers.forEach(AlternatingProducers::close);
  }

  private static void close(Producer<byte[], byte[]> producer) {
    try {
      producer.close(Duration.ofSeconds(1));
    } catch (RuntimeException e) {
      log.debug("Closing the producer: {}", e.toString());
    }
  }
}
