package dev.outrail.bench.contender.ours;

import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Scene;
import dev.outrail.testbed.mysql.MySqlServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The relay's settings for a scene: addresses and names, and for the rest what it ships with. */
final class RelayFile {

  private RelayFile() {}

  /** The account that reads a scene's binlog; at most 32 characters, as MySQL wants it. */
  static String account(Scene scene) {
    return "relay-" + Integer.toHexString(scene.name().hashCode());
  }

  static String password(Scene scene) {
    return "relay of " + scene.name();
  }

  static Path write(Scene scene, Mode mode, int port) {
    Path file = scene.folder().resolve("relay.properties");
    String text =
        settings(scene, mode, port).entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
            .collect(Collectors.joining());
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing " + file, e);
    }
  }

  private static SortedMap<String, String> settings(Scene scene, Mode mode, int port) {
    MySqlServer mysql = scene.servers().mysql();
    SortedMap<String, String> settings = new TreeMap<>();
    settings.put("name", scene.name());
    settings.put("from", mode == Mode.CARRY_ONLY ? "gtid:" + oneLine(scene) : "now");
    settings.put("outbox.schemas", String.join(",", scene.databases()));
    settings.put("mysql.host", mysql.host());
    settings.put("mysql.port", Integer.toString(mysql.port()));
    settings.put("mysql.user", account(scene));
    settings.put("mysql.password", password(scene));
    settings.put("kafka.bootstrap.servers", scene.servers().kafka().bootstrapServers());
    settings.put("position.topic", scene.name() + "-positions");
    settings.put("quarantine.topic", scene.name() + "-quarantine");
    settings.put("audit.topic", scene.name() + "-audit");
    settings.put("topics.partitions", "12");
    settings.put("http.bind", "127.0.0.1");
    settings.put("http.port", Integer.toString(port));
    settings.put("http.health.port", "0");
    return settings;
  }

  /** MySQL breaks long sets into lines. */
  private static String oneLine(Scene scene) {
    return scene.fromGtids().replaceAll("\\s", "");
  }
}
