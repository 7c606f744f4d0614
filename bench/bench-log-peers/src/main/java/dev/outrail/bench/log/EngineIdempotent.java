package dev.outrail.bench.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.BinlogArgs;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * The engine with a Kafka producer behind it, as Debezium Server's Kafka sink works: sends the
 * whole batch, waits for all acknowledgements, then marks each record and the batch.
 */
final class EngineIdempotent implements ChangeConsumer<RecordChangeEvent<SourceRecord>> {

  private final Producer<byte[], byte[]> producer;

  private EngineIdempotent(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  static void run(BenchArgs args, BinlogArgs binlog) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", args.get(BenchArgs.KAFKA));
    settings.putAll(BinlogArgs.settings(args, BinlogArgs.PRODUCER));
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      Engine.run(args, binlog, new EngineIdempotent(producer));
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the callback says the same
  public void handleBatch(
      List<RecordChangeEvent<SourceRecord>> batch,
      RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    CountDownLatch unanswered = new CountDownLatch(batch.size());
    AtomicReference<Exception> failure = new AtomicReference<>();
    for (RecordChangeEvent<SourceRecord> event : batch) {
      producer.send(
          record(event.record()),
          (metadata, e) -> {
            if (e != null) {
              failure.set(e);
            }
            unanswered.countDown();
          });
    }
    unanswered.await();
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("Kafka did not take a batch", failed);
    }
    for (RecordChangeEvent<SourceRecord> event : batch) {
      committer.markProcessed(event);
    }
    committer.markBatchFinished();
  }

  private static ProducerRecord<byte[], byte[]> record(SourceRecord source) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(source.topic(), bytes(source.key()), bytes(source.value()));
    for (Header header : source.headers()) {
      record.headers().add(header.key(), bytes(header.value()));
    }
    return record;
  }

  private static byte[] bytes(@Nullable Object value) {
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes;
    }
    return value instanceof byte[] bytes ? bytes : String.valueOf(value).getBytes(UTF_8);
  }
}
