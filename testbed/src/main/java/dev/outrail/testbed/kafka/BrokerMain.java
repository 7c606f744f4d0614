package dev.outrail.testbed.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * The broker process: formats its storage when that is new, then is Kafka's own main class. Saves
 * the JVM that Kafka's storage tool would need for itself.
 *
 * <p>This class is copied out and run alone with Kafka's jars: it must not need any other class of
 * the project.
 */
final class BrokerMain {

  private BrokerMain() {}

  /** Arguments: the settings file, the data folder, the cluster's id. */
  public static void main(String[] args) {
    String settings = args[0];
    Path data = Path.of(args[1]);
    if (!Files.exists(data.resolve("meta.properties"))) {
      // --ignore-formatted: what a killed attempt left half done is taken up
      String[] format = {
        "format", "--cluster-id", args[2], "--config", settings, "--ignore-formatted"
      };
      int exitCode = StorageTool.execute(format, System.out);
      if (exitCode != 0) {
        Runtime.getRuntime().exit(exitCode);
      }
    }
    Kafka.main(new String[] {settings});
  }
}
