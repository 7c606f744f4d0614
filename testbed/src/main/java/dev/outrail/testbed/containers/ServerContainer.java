package dev.outrail.testbed.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.outrail.testbed.process.EndOfJvm;
import dev.outrail.testbed.process.Server;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategyTarget;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.TestcontainersConfiguration;

/**
 * A server in a container whose port on this machine is fixed beforehand, so that it stays the same
 * over restarts: they restart the same container, on the same data. Thread-safe. {@link #discard()}
 * removes the container with its data.
 */
public final class ServerContainer implements Server {
  private static final Duration STARTING = Duration.ofMinutes(3);
  private static final Duration ENDING = Duration.ofSeconds(30);
  private static final int STOP_SECONDS = 60;
  private static final int LOG_LINES = 40;
  private static final long POLL_NANOS = Duration.ofMillis(100).toNanos();

  private final GenericContainer<?> container;
  private final BooleanSupplier ready;
  private boolean created;

  /**
   * A container, not started yet.
   *
   * @param port on this machine, forwarded to {@code innerPort}
   * @param ready whether the server accepts work; asked again and again after each start
   */
  public ServerContainer(
      String image,
      int port,
      int innerPort,
      Map<String, String> environment,
      List<String> command,
      BooleanSupplier ready) {
    this.ready = ready;
    this.container = new GenericContainer<>(DockerImageName.parse(image));
    container.withEnv(environment);
    container.withCommand(command.toArray(String[]::new));
    container.setPortBindings(List.of(bindAddress() + port + ":" + innerPort));
    container.waitingFor(new NoWait());
  }

  /** The host on which containers publish their ports. */
  public static String host() {
    String host = DockerClientFactory.instance().dockerHostIpAddress();
    return host.equals("localhost") ? "127.0.0.1" : host;
  }

  @Override
  public synchronized void start() {
    if (isRunning()) {
      return;
    }
    if (created) {
      client().startContainerCmd(id()).exec();
    } else {
      container.start();
      created = true;
      if (leavesContainersBehind()) {
        EndOfJvm.run(List.of("docker", "rm", "-f", "-v", id()));
      }
    }
    await("accept work", STARTING, ready);
  }

  @Override
  public synchronized void stop() {
    if (isRunning()) {
      resume();
      client().stopContainerCmd(id()).withTimeout(STOP_SECONDS).exec();
      awaitEnd();
    }
  }

  @Override
  public synchronized void kill() {
    if (isRunning()) {
      client().killContainerCmd(id()).exec();
      awaitEnd();
    }
  }

  @Override
  public synchronized void pause() {
    client().pauseContainerCmd(id()).exec();
  }

  @Override
  public synchronized void resume() {
    if (Boolean.TRUE.equals(state().getPaused())) {
      client().unpauseContainerCmd(id()).exec();
    }
  }

  @Override
  public synchronized boolean isRunning() {
    if (!created) {
      return false;
    }
    try {
      return Boolean.TRUE.equals(state().getRunning());
    } catch (NotFoundException e) {
      return false;
    }
  }

  @Override
  public synchronized void discard() {
    if (created) {
      resume();
      container.stop();
      created = false;
    }
  }

  private void awaitEnd() {
    long deadline = System.nanoTime() + ENDING.toNanos();
    while (isRunning()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "Container %s did not end within %s".formatted(id(), ENDING));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private void await(String what, Duration patience, BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (!isRunning()) {
        throw new IllegalStateException(
            "Container of %s ended while it was to %s%n%s"
                .formatted(container.getDockerImageName(), what, logTail()));
      }
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException(
            "Container of %s: gave up after %s waiting for it to %s%n%s"
                .formatted(container.getDockerImageName(), patience, what, logTail()));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private String logTail() {
    List<String> lines = container.getLogs().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }

  private InspectContainerResponse.ContainerState state() {
    return client().inspectContainerCmd(id()).exec().getState();
  }

  private String id() {
    return container.getContainerId();
  }

  private DockerClient client() {
    return container.getDockerClient();
  }

  /**
   * Root's password is known: don't offer the server to the network when the engine is on this
   * machine.
   */
  private static String bindAddress() {
    return host().equals("127.0.0.1") ? "127.0.0.1:" : "";
  }

  /**
   * Without its helper Ryuk, Testcontainers removes containers at the orderly end of the JVM only.
   */
  private static boolean leavesContainersBehind() {
    return Boolean.parseBoolean(
        TestcontainersConfiguration.getInstance().getEnvVarOrProperty("ryuk.disabled", "false"));
  }

  private static final class NoWait implements WaitStrategy {
    @Override
    public void waitUntilReady(WaitStrategyTarget target) {}

    @Override
    public WaitStrategy withStartupTimeout(Duration timeout) {
      return this;
    }
  }
}
