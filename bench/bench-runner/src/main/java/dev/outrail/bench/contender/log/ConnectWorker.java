package dev.outrail.bench.contender.log;

import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.contender.Servers;
import dev.outrail.testbed.process.ManagedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A Kafka Connect worker in distributed mode, one for each run, with Debezium's connector in it. It
 * is started as the documentation says for an offset that is given: create the connector stopped,
 * alter its offsets, resume it.
 *
 * @param worker settings of the worker
 * @param connector settings of the connector, except where it reads and writes
 */
record ConnectWorker(ByMode worker, ByMode connector) implements Reader {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Override
  public ManagedProcess start(Scene scene, Mode mode, String gtids, long serverId, int port) {
    Path file = scene.folder().resolve("connect-worker.properties");
    write(workerSettings(scene, mode, port), file);
    URI rest = URI.create("http://127.0.0.1:" + port);
    ManagedProcess process = Servers.process(scene, "bench-connect").args(file.toString()).start();
    try {
      ConnectRest connect = new ConnectRest(rest);
      String name = scene.name();
      Map<String, String> config = connectorSettings(scene, mode, serverId);
      process
          .awaitHttpOk(rest.resolve("/connectors"), PATIENCE)
          .await("connector", PATIENCE, () -> connect.createStopped(name, config))
          .await("offset", PATIENCE, () -> connect.startBehind(name, name, gtids))
          .await("connector to run", PATIENCE, () -> connect.resume(name));
      return process;
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  private Map<String, String> workerSettings(Scene scene, Mode mode, int port) {
    String name = scene.name() + "-connect";
    Map<String, String> settings = new TreeMap<>(worker.of(mode));
    settings.put("bootstrap.servers", scene.servers().kafka().bootstrapServers());
    settings.put("group.id", name);
    settings.put("config.storage.topic", name + "-configs");
    settings.put("offset.storage.topic", name + "-offsets");
    settings.put("status.storage.topic", name + "-status");
    settings.put("listeners", "http://127.0.0.1:" + port);
    return settings;
  }

  private Map<String, String> connectorSettings(Scene scene, Mode mode, long serverId) {
    Map<String, String> settings = ConnectorSettings.routed(scene, serverId);
    settings.putAll(connector.of(mode));
    settings.put(
        "schema.history.internal.kafka.bootstrap.servers",
        scene.servers().kafka().bootstrapServers());
    settings.put("schema.history.internal.kafka.topic", scene.name() + "-history");
    return settings;
  }

  private static void write(Map<String, String> settings, Path file) {
    Properties properties = new Properties();
    properties.putAll(settings);
    try {
      Files.createDirectories(file.getParent());
      try (Writer writer = Files.newBufferedWriter(file)) {
        properties.store(writer, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Writing " + file, e);
    }
  }
}
