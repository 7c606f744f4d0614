package dev.outrail.bench.contender.table;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Description;
import dev.outrail.bench.contender.Guarantee;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Running;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.testbed.process.ManagedProcess;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One process that makes payments and publishes their events from a table of its own, or without
 * one. What the report prints as settings are the arguments it is started with.
 *
 * @param libraries the artifacts under test, whose version is looked up in the module's jar; empty
 *     for one that is only this bench's own code
 * @param settings arguments, by their documented name where the library has one
 * @param whenStoring arguments on top where events are stored and nobody publishes
 * @param connections for the publisher, on top of one for each writer
 */
record TablePeer(
    String id,
    String title,
    Guarantee guarantee,
    Set<Mode> modes,
    String module,
    List<String> libraries,
    Map<String, String> settings,
    Map<String, String> whenStoring,
    int connections)
    implements Contender {

  private static final String CONNECTIONS = "bench.connections";

  TablePeer {
    modes = Set.copyOf(modes);
    settings = Map.copyOf(settings);
    whenStoring = Map.copyOf(whenStoring);
  }

  @Override
  public Description description() {
    TreeMap<String, String> printed = new TreeMap<>(settings);
    printed.put("connections", "writers + " + connections);
    return new Description(
        id, title, guarantee, LibraryVersion.of("bench/" + module, libraries), printed);
  }

  @Override
  public boolean readsBinlog() {
    return false;
  }

  /** Nothing: each creates its tables when it starts, the libraries by their own migrations. */
  @Override
  public void createTables(Scene scene) {}

  @Override
  public Running start(Scene scene, Mode mode) {
    Map<String, String> arguments = new HashMap<>(settings);
    if (mode == Mode.WRITE_ONLY) {
      arguments.putAll(whenStoring);
      arguments.put(BenchArgs.PUBLISH, "false");
    }
    arguments.put(CONNECTIONS, Integer.toString(scene.writers() + connections));
    WriterProcess process = WriterProcess.start(scene, module, arguments);
    try {
      if (mode == Mode.CARRY_ONLY) {
        FirstEvent.await(process.process(), scene);
      } else {
        process.awaitReady();
      }
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
    return new OneProcess(process, mode);
  }

  private record OneProcess(WriterProcess process, Mode mode) implements Running {

    @Override
    public URI writer() {
      if (mode == Mode.CARRY_ONLY) {
        throw new IllegalStateException("It publishes a backlog; no payments are made");
      }
      return process.agent();
    }

    @Override
    public List<ManagedProcess> writing() {
      return mode == Mode.CARRY_ONLY ? List.of() : List.of(process.process());
    }

    @Override
    public List<ManagedProcess> carrying() {
      return mode == Mode.WRITE_ONLY ? List.of() : List.of(process.process());
    }

    @Override
    public void close() {
      process.close();
    }
  }
}
