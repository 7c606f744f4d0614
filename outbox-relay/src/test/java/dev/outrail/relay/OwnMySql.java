package dev.outrail.relay;

import dev.outrail.testbed.Provider;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.kafka.KafkaBroker;
import dev.outrail.testbed.mysql.MySqlServer;

/**
 * A MySQL server of a test's own, beside the Kafka that all share.
 *
 * @param server ends with its test, and not with this
 */
record OwnMySql(Testbed server) implements Testbed {

  @Override
  public MySqlServer mysql() {
    return server.mysql();
  }

  @Override
  public KafkaBroker kafka() {
    return Testbed.shared().kafka();
  }

  @Override
  public Provider provider() {
    return server.provider();
  }

  @Override
  public void close() {}
}
