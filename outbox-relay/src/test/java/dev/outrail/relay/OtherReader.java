package dev.outrail.relay;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads the binlog under an id that is not its alone, and comes back whenever it is thrown out. */
final class OtherReader implements AutoCloseable {

  private final BinaryLogClient client;
  private final AtomicInteger thrownOut = new AtomicInteger();
  private final Thread thread = new Thread(this::read, "other-reader");
  private volatile boolean reads = true;

  private OtherReader(BinaryLogClient client) {
    this.client = client;
  }

  static OtherReader start(RelayHarness relay, long serverId) {
    BinaryLogClient client =
        new BinaryLogClient(
            relay.testbed.mysql().host(),
            relay.testbed.mysql().port(),
            relay.settings.get("mysql.user"),
            relay.settings.get("mysql.password"));
    client.setServerId(serverId);
    client.setKeepAlive(false);
    OtherReader reader = new OtherReader(client);
    reader.thread.start();
    return reader;
  }

  /** How often its reading was ended. */
  int thrownOut() {
    return thrownOut.get();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    reads = false;
    client.disconnect();
    thread.join();
  }

  private void read() {
    while (reads) {
      try {
        client.connect(); // reads until it is thrown out
      } catch (IOException e) {
        // the same, with an error
      }
      thrownOut.incrementAndGet();
    }
  }
}
