package dev.outrail.testbed;

import dev.outrail.testbed.kafka.KafkaBroker;
import dev.outrail.testbed.mysql.MySqlServer;

/**
 * Real MySQL and Kafka, embedded or in containers. Thread-safe. Closing it ends everything it
 * started; so does the end of this JVM, even by SIGKILL.
 */
public interface Testbed extends AutoCloseable {

  /**
   * Both servers, running. The system property {@code testbed} ({@code auto}, {@code embedded} or
   * {@code containers}) says where they come from; one line on stdout says what was chosen and why.
   */
  static Testbed start() {
    return start(TestbedOptions.defaults());
  }

  /** Servers as the options say, running. */
  static Testbed start(TestbedOptions options) {
    return RunningTestbed.start(options);
  }

  /**
   * One for all tests of this JVM, with both servers, started at the first call. It ends with the
   * JVM: {@link #close()} on it does nothing. A test that kills or stops its servers must start
   * them again.
   */
  static Testbed shared() {
    return SharedTestbed.get();
  }

  /**
   * The MySQL server.
   *
   * @throws IllegalStateException when the options left it out
   */
  MySqlServer mysql();

  /**
   * The Kafka broker.
   *
   * @throws IllegalStateException when the options left it out
   */
  KafkaBroker kafka();

  /** Where the servers come from; never {@link Provider#AUTO}. */
  Provider provider();

  /**
   * Ends the servers. Data goes too, unless it lies in a folder that the options named: then the
   * servers end the orderly way and the folder stays.
   */
  @Override
  void close();
}
