package dev.outrail.testbed;

import dev.outrail.testbed.kafka.KafkaBroker;
import dev.outrail.testbed.mysql.MySqlServer;

/** The testbed of a whole JVM: closing it is the JVM's business, not that of one of its users. */
record SharedTestbed(Testbed delegate) implements Testbed {

  static Testbed get() {
    return Holder.INSTANCE;
  }

  @Override
  public MySqlServer mysql() {
    return delegate.mysql();
  }

  @Override
  public KafkaBroker kafka() {
    return delegate.kafka();
  }

  @Override
  public Provider provider() {
    return delegate.provider();
  }

  @Override
  public void close() {}

  private static final class Holder {
    static final Testbed INSTANCE = create();

    private static Testbed create() {
      Testbed testbed = Testbed.start();
      Runtime.getRuntime().addShutdownHook(new Thread(testbed::close, "testbed-close"));
      return new SharedTestbed(testbed);
    }
  }
}
