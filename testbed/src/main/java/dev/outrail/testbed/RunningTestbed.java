package dev.outrail.testbed;

import dev.outrail.testbed.kafka.KafkaBroker;
import dev.outrail.testbed.kafka.KafkaBrokers;
import dev.outrail.testbed.kafka.KafkaSettings;
import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.mysql.MySqlServers;
import dev.outrail.testbed.mysql.MySqlSettings;
import dev.outrail.testbed.process.FreePorts;
import dev.outrail.testbed.process.Server;
import dev.outrail.testbed.process.TempFolders;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Servers that are up, with the folder they live in. */
final class RunningTestbed implements Testbed {
  private final Provider provider;
  private final Path folder;
  private final boolean keepsData;
  private final @Nullable MySqlServer mysql;
  private final @Nullable KafkaBroker kafka;

  private RunningTestbed(Provider provider, TestbedOptions options) {
    Path chosen = options.folder();
    this.provider = provider;
    this.keepsData = chosen != null;
    this.folder = chosen != null ? chosen : TempFolders.create("testbed");
    this.mysql = options.mysql() != null ? mysql(options.mysql()) : null;
    this.kafka = options.kafka() != null ? kafka(options.kafka()) : null;
  }

  static Testbed start(TestbedOptions options) {
    var testbed = new RunningTestbed(ProviderChoice.announced(options).provider(), options);
    try {
      testbed.startServers();
      return testbed;
    } catch (RuntimeException e) {
      try {
        testbed.close();
      } catch (RuntimeException whileClosing) {
        e.addSuppressed(whileClosing);
      }
      throw e;
    }
  }

  @Override
  public MySqlServer mysql() {
    if (mysql == null) {
      throw new IllegalStateException("This testbed was started without MySQL");
    }
    return mysql;
  }

  @Override
  public KafkaBroker kafka() {
    if (kafka == null) {
      throw new IllegalStateException("This testbed was started without Kafka");
    }
    return kafka;
  }

  @Override
  public Provider provider() {
    return provider;
  }

  @Override
  public void close() {
    if (keepsData) {
      servers().forEach(Server::stop);
    } else {
      servers().forEach(Server::discard); // nobody will read the data again
      TempFolders.delete(folder);
    }
  }

  Path folder() {
    return folder;
  }

  /**
   * Both at once, each in a thread of its own; fails with the first failure once both are through.
   */
  private void startServers() {
    var starts = servers().stream().map(RunningTestbed::startAsync).toList();
    try {
      CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static CompletableFuture<Void> startAsync(Server server) {
    return CompletableFuture.runAsync(
        server::start, task -> new Thread(task, "start " + server).start());
  }

  private List<Server> servers() {
    return Stream.<@Nullable Server>of(mysql, kafka)
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .toList();
  }

  private MySqlServer mysql(TestbedOptions.MySql options) {
    var settings =
        new MySqlSettings(folder.resolve("mysql"), portOr(options.port()), options.args());
    return inContainers() ? MySqlServers.container(settings) : MySqlServers.embedded(settings);
  }

  private KafkaBroker kafka(TestbedOptions.Kafka options) {
    var settings =
        new KafkaSettings(
            folder.resolve("kafka"),
            portOr(options.port()),
            FreePorts.reserve(),
            FreePorts.reserve(),
            FreePorts.reserve(),
            options.heap(),
            options.jvmArgs(),
            options.properties());
    return inContainers() ? KafkaBrokers.container(settings) : KafkaBrokers.embedded(settings);
  }

  private boolean inContainers() {
    return provider == Provider.CONTAINERS;
  }

  private static int portOr(int fixed) {
    return fixed != 0 ? fixed : FreePorts.reserve();
  }
}
