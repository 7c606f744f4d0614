package dev.outrail.launch;

import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.process.ExecutableJars;
import dev.outrail.testbed.process.ManagedProcess;
import dev.outrail.testbed.process.ManagedProcessBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The relay and the three applications, each a process of its own that can be killed, paused and
 * started again on the same port. Closing it ends them; the testbed stays.
 */
public final class Mall implements AutoCloseable {

  /** How long one process may take to come up, on a busy machine. */
  public static final Duration START = Duration.ofMinutes(3);

  private static final Duration STOP = Duration.ofSeconds(20);
  private static final String PASSWORD = "outrail";

  private final Testbed testbed;
  private final MallPorts ports;
  private final MallKeys keys;
  private final Path folder;
  private final ManagedProcess relay;
  private final ManagedProcess payment;
  private final ManagedProcess order;
  private final ManagedProcess stock;

  private Mall(Testbed testbed, MallPorts ports, Path folder, boolean sampleData) {
    this.testbed = testbed;
    this.ports = ports;
    this.folder = folder;
    this.keys = MallKeys.generate();
    try {
      Files.createDirectories(folder);
      Path publicKey = keys.writePublicKey(folder);
      for (Application application : Application.values()) {
        createDatabase(testbed.mysql(), application);
      }
      testbed
          .mysql()
          .createUser(
              "relay",
              PASSWORD,
              "REPLICATION SLAVE, REPLICATION CLIENT ON *.*",
              "SELECT, LOCK TABLES ON mall4cloud_payment.*",
              "SELECT, LOCK TABLES ON mall4cloud_order.*",
              "SELECT, LOCK TABLES ON mall4cloud_stock.*");
      this.relay = relay();
      this.payment =
          application(Application.PAYMENT, ports.payment(), publicKey, sampleData)
              .args(
                  "--outrail.payment.provider=sandbox",
                  "--outrail.payment.order-app.url=" + orderUri(""),
                  "--outrail.payment.sandbox.notice-url=" + paymentUri("/notice/pay/order"),
                  "--outrail.payment.sandbox.confirm-after=20ms",
                  "--outrail.payment.allowed-return-hosts=localhost")
              .environment("OUTRAIL_PAYMENT_NOTICE_SECRET", keys.noticeSecret())
              .build();
      this.order = application(Application.ORDER, ports.order(), publicKey, sampleData).build();
      this.stock = application(Application.STOCK, ports.stock(), publicKey, sampleData).build();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + folder, e);
    }
  }

  /**
   * Prepares databases, users and keys, and starts nothing yet.
   *
   * @param folder where logs and keys go
   * @param sampleData whether the databases get the sample orders and stock
   */
  public static Mall on(Testbed testbed, MallPorts ports, Path folder, boolean sampleData) {
    return new Mall(testbed, ports, folder, sampleData);
  }

  /**
   * Starts all four and waits until each is ready. The applications come first: they create the
   * outbox tables, without which the relay refuses to start.
   */
  public Mall start() {
    List.of(order, stock, payment).forEach(ManagedProcess::start);
    awaitApplications();
    relay.start();
    awaitReady();
    return this;
  }

  /** Waits until each of the four says that it is ready. */
  public void awaitReady() {
    awaitApplications();
    relay.awaitHttpOk(relayUri("/health/ready"), START);
  }

  private void awaitApplications() {
    order.awaitHttpOk(orderUri("/actuator/health/readiness"), START);
    stock.awaitHttpOk(stockUri("/actuator/health/readiness"), START);
    payment.awaitHttpOk(paymentUri("/actuator/health/readiness"), START);
  }

  public ManagedProcess relayProcess() {
    return relay;
  }

  public ManagedProcess paymentProcess() {
    return payment;
  }

  public ManagedProcess orderProcess() {
    return order;
  }

  public ManagedProcess stockProcess() {
    return stock;
  }

  public MallKeys keys() {
    return keys;
  }

  /** Where logs are. */
  public Path folder() {
    return folder;
  }

  public URI paymentUri(String path) {
    return uri(ports.payment(), "/mall4cloud_payment" + path);
  }

  public URI orderUri(String path) {
    return uri(ports.order(), "/mall4cloud_order" + path);
  }

  public URI stockUri(String path) {
    return uri(ports.stock(), "/mall4cloud_stock" + path);
  }

  public URI relayUri(String path) {
    return uri(ports.relay(), path);
  }

  /** Ends the four, those that do not end in time with SIGKILL. */
  @Override
  public void close() {
    for (ManagedProcess process : processes()) {
      try {
        process.stop(STOP);
      } catch (IllegalStateException stillThere) {
        process.kill();
      }
    }
  }

  private List<ManagedProcess> processes() {
    return List.of(relay, order, stock, payment);
  }

  private ManagedProcessBuilder application(
      Application application, int port, Path publicKey, boolean sampleData) {
    ManagedProcessBuilder builder =
        java(application.module(), "-Xmx256m")
            .args(
                "--server.port=" + port,
                "--spring.datasource.url=" + testbed.mysql().jdbcUrl(application.database()),
                "--spring.datasource.username=" + application.user(),
                "--spring.kafka.bootstrap-servers=" + testbed.kafka().bootstrapServers(),
                "--spring.security.oauth2.resourceserver.jwt.public-key-location="
                    + publicKey.toUri())
            .environment("SPRING_DATASOURCE_PASSWORD", PASSWORD)
            .environment("OUTRAIL_SECURITY_SERVICESECRET", keys.serviceSecret());
    return sampleData ? builder.args("--spring.profiles.active=demo") : builder;
  }

  private ManagedProcess relay() throws IOException {
    Path configuration =
        Files.writeString(
            folder.resolve("relay.properties"),
            """
            name=mall
            mysql.host=%s
            mysql.port=%d
            mysql.user=relay
            outbox.schemas=mall4cloud_payment,mall4cloud_order,mall4cloud_stock
            kafka.bootstrap.servers=%s
            topics.names=order-notify,order-notify-stock,order-pay-rejected,order-created,order-closed,order-stock-rejected
            topics.partitions=3
            topics.replication.factor=1
            http.port=%d
            """
                .formatted(
                    testbed.mysql().host(),
                    testbed.mysql().port(),
                    testbed.kafka().bootstrapServers(),
                    ports.relay()));
    return java("outbox-relay", "-Xmx192m")
        .args("--config", configuration.toString())
        .environment(Map.of("OUTRAIL_RELAY_MYSQL_PASSWORD", PASSWORD))
        .build();
  }

  private ManagedProcessBuilder java(String module, String heap) {
    return ManagedProcess.jar(ExecutableJars.find(module))
        .name(module)
        .logFile(folder.resolve(module + ".log"))
        .jvmArgs(heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
  }

  private static void createDatabase(MySqlServer mysql, Application application) {
    mysql.createDatabase(application.database());
    mysql.createUser(
        application.user(), PASSWORD, "ALL PRIVILEGES ON " + application.database() + ".*");
  }

  private static URI uri(int port, String path) {
    return URI.create("http://localhost:" + port + path);
  }

  private enum Application {
    PAYMENT,
    ORDER,
    STOCK;

    String user() {
      return name().toLowerCase(Locale.ROOT);
    }

    String database() {
      return "mall4cloud_" + user();
    }

    String module() {
      return user() + "-app";
    }
  }
}
