package dev.outrail.bench.log;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.network.SSLMode;
import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.BinlogArgs;
import dev.outrail.bench.kit.ReadCounter;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The client that Debezium's connector is built on, alone: decodes the rows of all tables, as it
 * always does, counts those of the outbox tables and drops them.
 */
final class RawBinlog {

  private static final String SSL_MODE = "bench.ssl-mode";

  private final Set<String> databases;
  private final ReadCounter counter;
  private final Map<Long, Boolean> isOutbox = new HashMap<>();

  private RawBinlog(Set<String> databases, ReadCounter counter) {
    this.databases = databases;
    this.counter = counter;
  }

  static void run(BenchArgs args, BinlogArgs binlog) throws IOException {
    try (ReadCounter counter = ReadCounter.start(args.number(BenchArgs.PORT))) {
      BinaryLogClient client =
          new BinaryLogClient(binlog.host(), binlog.port(), binlog.user(), binlog.password());
      client.setServerId(binlog.serverId());
      client.setGtidSet(binlog.gtids());
      client.setKeepAlive(false);
      client.setSSLMode(SSLMode.valueOf(args.get(SSL_MODE)));
      client.registerEventListener(new RawBinlog(Set.copyOf(binlog.databases()), counter)::onEvent);
      client.connect(); // reads until the connection ends
    }
  }

  private void onEvent(Event event) {
    if (event.getData() instanceof TableMapEventData table) {
      isOutbox.put(
          table.getTableId(),
          table.getTable().equals("outbox") && databases.contains(table.getDatabase()));
    } else if (event.getData() instanceof WriteRowsEventData rows
        && isOutbox.getOrDefault(rows.getTableId(), false)) {
      counter.add(rows.getRows().size());
    }
  }
}
