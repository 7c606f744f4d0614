package dev.outrail.bench.contender.ours;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Description;
import dev.outrail.bench.contender.Guarantee;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.OutboxWriter;
import dev.outrail.bench.contender.Running;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.contender.Servers;
import dev.outrail.testbed.process.ExecutableJars;
import dev.outrail.testbed.process.FreePorts;
import dev.outrail.testbed.process.ManagedProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Our outbox, with our relay as it is shipped. The relay has no setting that sends rows to another
 * topic than they name, so a backlog goes to the topic of its rows.
 */
public final class OutrailRelay implements Contender {

  private static final String HEAP = "-Xmx256m";

  /** What the relay's script starts it with, but for what all contenders have. */
  private static final List<String> FLAGS = List.of(HEAP, "-XX:+ExitOnOutOfMemoryError");

  private static final Duration STARTS_WITHIN = Duration.ofSeconds(90);

  private final String id;
  private final String title;
  private final Supplier<Path> jar;
  private final int databases;

  /** The relay that this build has made. */
  public OutrailRelay() {
    this("outrail", "Outrail", () -> ExecutableJars.find("outbox-relay"), 1);
  }

  /** The same once more, to see how far two runs of equals are apart. */
  public OutrailRelay twin() {
    return new OutrailRelay(id + "-again", title + " (again)", jar, databases);
  }

  /** One relay for the outboxes of several databases. */
  public OutrailRelay withDatabases(int count) {
    return new OutrailRelay(id + "-many", "%s, %d schemas".formatted(title, count), jar, count);
  }

  private OutrailRelay(String id, String title, Supplier<Path> jar, int databases) {
    this.id = id;
    this.title = title;
    this.jar = jar;
    this.databases = databases;
  }

  @Override
  public Description description() {
    TreeMap<String, String> settings = new TreeMap<>();
    settings.put("relay heap", HEAP);
    return new Description(id, title, Guarantee.EXACTLY_ONCE, version(), settings);
  }

  private String version() {
    String name = jar.get().getFileName().toString();
    return name.replaceFirst("^outbox-relay-", "").replaceFirst("-exec\\.jar$", "");
  }

  @Override
  public Set<Mode> modes() {
    return EnumSet.allOf(Mode.class);
  }

  @Override
  public int databases() {
    return databases;
  }

  @Override
  public boolean readsBinlog() {
    return true;
  }

  @Override
  public boolean publishesWhereRowsSay() {
    return true;
  }

  /** The tables are there; the relay gets the rights that its README names. */
  @Override
  public void createTables(Scene scene) {
    List<String> grants = new ArrayList<>();
    grants.add("REPLICATION SLAVE, REPLICATION CLIENT ON *.*");
    scene.databases().forEach(database -> grants.add("SELECT ON `%s`.outbox".formatted(database)));
    scene
        .servers()
        .mysql()
        .createUser(
            RelayFile.account(scene), RelayFile.password(scene), grants.toArray(String[]::new));
  }

  @Override
  public Running start(Scene scene, Mode mode) {
    Optional<ManagedProcess> relay =
        mode == Mode.WRITE_ONLY ? Optional.empty() : Optional.of(startRelay(scene, mode));
    try {
      return new RelayAndWriter(relay, mode == Mode.CARRY_ONLY ? null : startWriter(scene));
    } catch (RuntimeException e) {
      relay.ifPresent(ManagedProcess::close);
      throw e;
    }
  }

  /** Of the JVM of each relay that is measured. */
  public static String[] flags() {
    return FLAGS.toArray(String[]::new);
  }

  private ManagedProcess startRelay(Scene scene, Mode mode) {
    int port = FreePorts.reserve();
    ManagedProcess relay =
        Servers.processOf(scene, id + "-relay", jar.get(), flags())
            .args("--config", RelayFile.write(scene, mode, port).toString())
            .start();
    try {
      return relay.awaitHttpOk(
          URI.create("http://127.0.0.1:%d/health/ready".formatted(port)), STARTS_WITHIN);
    } catch (RuntimeException e) {
      relay.close();
      throw e;
    }
  }

  private static Writer startWriter(Scene scene) {
    int port = FreePorts.reserve();
    return new Writer(OutboxWriter.start(scene, port), OutboxWriter.agent(port));
  }

  private record Writer(ManagedProcess process, URI agent) {}

  private record RelayAndWriter(Optional<ManagedProcess> relay, @Nullable Writer maker)
      implements Running {

    @Override
    public URI writer() {
      if (maker == null) {
        throw new IllegalStateException("It publishes a backlog; no payments are made");
      }
      return maker.agent();
    }

    @Override
    public List<ManagedProcess> writing() {
      return maker == null ? List.of() : List.of(maker.process());
    }

    @Override
    public List<ManagedProcess> carrying() {
      return relay.stream().toList();
    }

    @Override
    public void close() {
      writing().forEach(Servers::end);
      carrying().forEach(Servers::end);
    }
  }
}
