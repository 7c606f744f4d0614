package dev.outrail.bench.measure;

import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.contender.Servers;
import dev.outrail.bench.kit.PayTables;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes scenes, and clears them away. Thread-safe. */
public final class Stage {

  /** Partitions of each topic of events. */
  public static final int PARTITIONS = 12;

  private final Servers servers;
  private final Path folder;
  private final AtomicInteger number = new AtomicInteger();

  /**
   * @param folder for the logs of all runs
   */
  public Stage(Servers servers, Path folder) {
    this.servers = servers;
    this.folder = folder;
  }

  public Servers servers() {
    return servers;
  }

  /**
   * A scene with tables and a topic.
   *
   * @param what names it in logs. The names of databases and topics do not tell it, and are equally
   *     long for all: they stand in the binlog, and its bytes are counted
   * @param databases how many; their names have no hyphens
   * @param payments how many wait for their money, from number 0 on
   */
  public Scene scene(String what, int databases, long payments, int writers) {
    String prefix = nextPrefix();
    String name = prefix + "-" + what;
    List<String> names = new ArrayList<>();
    for (int i = 0; i < databases; i++) {
      names.add(prefix + (databases == 1 ? "" : "_" + i));
    }
    for (String database : names) {
      servers.mysql().createDatabase(database);
      servers.mysql().execute("USE " + database + ";" + PayTables.DDL + messagingTables() + ";");
      if (payments > 0) {
        servers.mysql().execute("USE " + database + ";" + PayTables.waiting(0, payments));
      }
    }
    String topic = prefix + "-events";
    servers.kafka().createTopic(topic, PARTITIONS);
    return new Scene(servers, name, names, topic, "", writers, folder(name));
  }

  /**
   * The same databases and rows, with a name and a folder of its own.
   *
   * @param sameTopic whether events go to the topic that the rows name; else to a new one
   */
  public Scene sameRows(Scene rows, String what, String fromGtids, boolean sameTopic) {
    String prefix = nextPrefix();
    String name = prefix + "-" + what;
    String topic = sameTopic ? rows.topic() : prefix + "-events";
    servers.kafka().createTopic(topic, PARTITIONS);
    return new Scene(
        servers, name, rows.databases(), topic, fromGtids, rows.writers(), folder(name));
  }

  private String nextPrefix() {
    return String.format(Locale.ROOT, "b%04d", number.incrementAndGet());
  }

  /** Drops databases and topic. */
  public void strike(Scene scene) {
    scene.databases().forEach(d -> servers.mysql().execute("DROP DATABASE IF EXISTS " + d));
    dropTopic(scene.topic());
  }

  /**
   * Drops the topic with what is in it.
   *
   * @param again whether an empty one of the same name is wanted
   */
  public void clearTopic(Scene scene, boolean again) {
    dropTopic(scene.topic());
    if (again) {
      servers.kafka().createTopic(scene.topic(), PARTITIONS);
    }
  }

  private void dropTopic(String topic) {
    try (Admin admin = servers.kafka().admin()) {
      admin.deleteTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw new IllegalStateException("Deleting " + topic, e.getCause());
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException("Deleting " + topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Path folder(String name) {
    try {
      return Files.createDirectories(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String messagingTables() {
    try (InputStream in = Stage.class.getResourceAsStream("/outrail/schema/messaging.sql")) {
      if (in == null) {
        throw new IllegalStateException("messaging.sql is not on the class path");
      }
      String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return sql.replaceAll("(?m)^--.*$", "").strip().replaceAll(";$", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
