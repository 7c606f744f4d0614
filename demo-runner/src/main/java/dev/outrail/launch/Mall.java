package dev.outrail.launch;

import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.process.ExecutableJars;
import dev.outrail.testbed.process.FreePorts;
import dev.outrail.testbed.process.ManagedProcess;
import dev.outrail.testbed.process.ManagedProcessBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

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
  private final Path publicKey;
  private final MallOptions options;
  private final List<ManagedProcess> more = new CopyOnWriteArrayList<>();

  private Mall(Testbed testbed, MallPorts ports, Path folder, MallOptions options) {
    this.testbed = testbed;
    this.ports = ports;
    this.folder = folder;
    this.options = options;
    this.keys = MallKeys.generate();
    try {
      Files.createDirectories(folder);
      this.publicKey = keys.writePublicKey(folder);
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
      this.payment = application(Application.PAYMENT, ports.payment(), "");
      this.order = application(Application.ORDER, ports.order(), "");
      this.stock = application(Application.STOCK, ports.stock(), "");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + folder, e);
    }
  }

  /**
   * Prepares databases, users and keys, and starts nothing yet.
   *
   * @param folder where logs and keys go
   */
  public static Mall on(Testbed testbed, MallPorts ports, Path folder, MallOptions options) {
    return new Mall(testbed, ports, folder, options);
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

  /**
   * One more order-app on the same database and in the same consumer group. Not started; ends with
   * the mall.
   */
  public ManagedProcess anotherOrderApp() {
    return another(Application.ORDER);
  }

  /** One more stock-app, as {@link #anotherOrderApp}. */
  public ManagedProcess anotherStockApp() {
    return another(Application.STOCK);
  }

  private ManagedProcess another(Application application) {
    ManagedProcess made = application(application, FreePorts.reserve(), "-" + (more.size() + 2));
    more.add(made);
    return made;
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
    List<ManagedProcess> all = new ArrayList<>(List.of(relay, order, stock, payment));
    all.addAll(more);
    return all;
  }

  private ManagedProcess application(Application application, int port, String suffix) {
    ManagedProcessBuilder builder =
        java(application.module(), suffix, "-Xmx256m")
            .args(
                "--server.port=" + port,
                "--spring.datasource.url=" + testbed.mysql().jdbcUrl(application.database()),
                "--spring.datasource.username=" + application.user(),
                "--spring.kafka.bootstrap-servers=" + testbed.kafka().bootstrapServers(),
                "--spring.security.oauth2.resourceserver.jwt.public-key-location="
                    + publicKey.toUri())
            .args(own(application).toArray(String[]::new))
            .environment("SPRING_DATASOURCE_PASSWORD", PASSWORD)
            .environment("OUTRAIL_SECURITY_SERVICESECRET", keys.serviceSecret());
    if (application == Application.PAYMENT) {
      builder.environment("OUTRAIL_PAYMENT_NOTICE_SECRET", keys.noticeSecret());
    }
    if (options.sampleData()) {
      builder.args("--spring.profiles.active=demo");
    }
    return builder.build();
  }

  private List<String> own(Application application) {
    List<String> arguments = new ArrayList<>();
    switch (application) {
      case PAYMENT ->
          arguments.addAll(
              List.of(
                  "--outrail.payment.provider=sandbox",
                  "--outrail.payment.order-app.url=" + orderUri(""),
                  "--outrail.payment.sandbox.notice-url=" + paymentUri("/notice/pay/order"),
                  "--outrail.payment.sandbox.confirm-after=20ms",
                  "--outrail.payment.allowed-return-hosts=localhost"));
      case ORDER -> arguments.add("--outrail.order.stock-app.url=" + stockUri(""));
      case STOCK -> {}
    }
    for (String given : options.settings().getOrDefault(application.module(), List.of())) {
      String key = given.substring(0, given.indexOf('=') + 1);
      arguments.removeIf(usual -> usual.startsWith(key));
      arguments.add(given);
    }
    return arguments;
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
            http.health.port=0
            """
                .formatted(
                    testbed.mysql().host(),
                    testbed.mysql().port(),
                    testbed.kafka().bootstrapServers(),
                    ports.relay()));
    return java("outbox-relay", "", "-Xmx192m")
        .jvmArgs("-XX:+ExitOnOutOfMemoryError")
        .args("--config", configuration.toString())
        .environment(Map.of("OUTRAIL_RELAY_MYSQL_PASSWORD", PASSWORD))
        .build();
  }

  private ManagedProcessBuilder java(String module, String suffix, String heap) {
    return ManagedProcess.jar(ExecutableJars.find(module))
        .name(module + suffix)
        .logFile(folder.resolve(module + suffix + ".log"))
        .jvmArgs(heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
        .jvmArgs(options.jvmArgs());
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
