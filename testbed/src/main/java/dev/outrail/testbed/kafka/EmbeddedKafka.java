package dev.outrail.testbed.kafka;

import dev.outrail.testbed.process.ManagedProcess;
import dev.outrail.testbed.process.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/** A broker in a child JVM. */
final class EmbeddedKafka implements Server {
  private static final Duration STARTING = Duration.ofSeconds(90);
  private static final Duration STOPPING = Duration.ofSeconds(60);

  private final KafkaSettings settings;
  private final Path data;
  private final Path propertiesFile;
  private final ManagedProcess process;

  EmbeddedKafka(KafkaSettings settings, BrokerJars jars) {
    Path folder = settings.folder().toAbsolutePath();
    this.settings = settings;
    this.data = folder.resolve("data");
    this.propertiesFile = folder.resolve("server.properties");
    this.process =
        ManagedProcess.mainClass(BrokerMain.class.getName(), jars.classPath())
            .name("kafka")
            .jvmArgs(
                "-Xmx" + settings.heap(),
                "-XX:+UseSerialGC",
                // a third less CPU for a start; who measures throughput takes 4
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.awt.headless=true")
            .jvmArgs(settings.extraJvmArgs())
            .args(propertiesFile.toString(), data.toString(), BrokerProperties.CLUSTER_ID)
            .logFile(folder.resolve("kafka.log"))
            .build();
  }

  @Override
  public synchronized void start() {
    if (process.isRunning()) {
      return;
    }
    write(BrokerProperties.embedded(settings, data.toString()));
    process.start();
    process.awaitLog("Kafka Server started", STARTING);
  }

  @Override
  public void stop() {
    process.stop(STOPPING);
  }

  @Override
  public void kill() {
    process.kill();
  }

  @Override
  public void pause() {
    process.pause();
  }

  @Override
  public void resume() {
    process.resume();
  }

  @Override
  public boolean isRunning() {
    return process.isRunning();
  }

  @Override
  public void discard() {
    process.kill();
  }

  private void write(Map<String, String> settings) {
    try {
      Files.createDirectories(data);
      var properties = new Properties();
      properties.putAll(settings);
      try (var out = Files.newBufferedWriter(propertiesFile)) {
        properties.store(out, "Written by the testbed at each start");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Writing " + propertiesFile, e);
    }
  }
}
