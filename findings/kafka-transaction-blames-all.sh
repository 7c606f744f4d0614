#!/usr/bin/env bash
# When one send of a Kafka transaction fails, the futures and callbacks of sends that were all right report that same error: a record
# of five bytes is "too large".
#
# Seen with: kafka-clients 4.3.1, broker (kafka_2.13, in the same process) 4.3.1, Java 17. One transaction: "small" is accepted
# and waits in the producer (linger.ms), "large" is over max.request.size, then the futures are waited for, then the abort.
# One would expect TransactionAbortedException for "small", as a plain abort gives it (last line). What has not been sent when
# the transaction is in error gets the transaction's last error, the very same object.
#
# Whom it hurts: who finds the poisonous record by its future or callback (outbox pollers, dead letters, quarantine): the first
# record to report is not the guilty one, and all records of the batch look poisonous.
# What to do: take a failed future as the transaction's failure. The guilty one of a client-side error is the record whose
# future is done when send returns (second column); else retry one by one.
#
# Output seen:
#   small | when send returned: open | RecordTooLargeException
#   large | when send returned: done | RecordTooLargeException
#   the same exception: true
#   small | when send returned: open | TransactionAbortedException
#
# Exit status 0 while the client still does exactly this, 1 if that has changed.
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
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.3.1</version></dependency>
  </dependencies>
</project>
POM
mvn --batch-mode -q dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib >/dev/null

cat > Send.java <<'JAVA'
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Time;

public class Send {
  public static void main(String[] none) throws Exception {
    int port = freePort();
    var broker = broker(port, freePort());
    try {
      send(Map.of("bootstrap.servers", "localhost:" + port, "transactional.id", "shop", "linger.ms", 3000));
    } finally {
      broker.shutdown();
    }
  }

  static void send(Map<String, Object> settings) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", settings.get("bootstrap.servers")))) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
    }
    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();

      producer.beginTransaction();
      var small = producer.send(new ProducerRecord<>("orders", "7", "small"));
      String smallThen = small.isDone() ? "done" : "open";
      var large = producer.send(new ProducerRecord<>("orders", "8", "l".repeat(2_000_000)));
      String largeThen = large.isDone() ? "done" : "open";
      print("small", smallThen, small);
      print("large", largeThen, large);
      System.out.println("the same exception: " + (failure(small) == failure(large)));
      producer.abortTransaction();

      producer.beginTransaction();
      var aborted = producer.send(new ProducerRecord<>("orders", "7", "small"));
      producer.abortTransaction();
      print("small", "open", aborted);
    }
  }

  static void print(String record, String afterSend, Future<?> future) throws Exception {
    System.out.printf("%s | when send returned: %s | %s%n", record, afterSend, failure(future).getClass().getSimpleName());
  }

  static Throwable failure(Future<?> future) throws Exception {
    try {
      future.get();
      return new IllegalStateException("no failure");
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  /** A broker in this process, with its data in the folder where the program runs. */
  static KafkaRaftServer broker(int port, int controllerPort) throws Exception {
    var settings = new Properties();
    settings.putAll(Map.of(
        "process.roles", "broker,controller",
        "node.id", "1",
        "controller.listener.names", "CONTROLLER",
        "listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controllerPort,
        "controller.quorum.voters", "1@localhost:" + controllerPort,
        "log.dirs", Path.of("data").toAbsolutePath().toString(),
        "offsets.topic.replication.factor", "1",
        "transaction.state.log.replication.factor", "1",
        "transaction.state.log.min.isr", "1"));
    try (var file = Files.newBufferedWriter(Path.of("server.properties"))) {
      settings.store(file, null);
    }
    StorageTool.execute(
        new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", "server.properties"},
        new PrintStream(OutputStream.nullOutputStream()));
    var broker = new KafkaRaftServer(KafkaConfig.fromProps(settings), Time.SYSTEM);
    broker.startup();
    return broker;
  }

  static int freePort() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
JAVA

java -cp 'lib/*' Send.java >seen 2>log || { cat log >&2; echo "CHANGED: the program did not end well" >&2; exit 1; }
cat seen
[ "$(cat seen)" = "$expected" ] || { echo "CHANGED: expected" >&2; echo "$expected" >&2; exit 1; }
