package dev.outrail.testbed.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** The container engine of this machine, as Testcontainers finds it. Thread-safe. */
public final class ContainerEngine {

  private ContainerEngine() {}

  /**
   * What is in the way of starting these images; empty when nothing is. Pulls images that aren't
   * there.
   *
   * @param patience how long looking and pulling may take together; an engine that is slower counts
   *     as unusable
   */
  public static Optional<String> obstacle(List<String> images, Duration patience) {
    if (!mayBeThere(System.getenv(), System.getProperty("user.home"))) {
      return Optional.of("no container engine was found");
    }
    var probe = new CompletableFuture<Optional<String>>();
    var thread = new Thread(() -> complete(probe, images), "testbed container engine probe");
    thread.setDaemon(true);
    thread.start();
    try {
      return probe.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return Optional.of(
          "the container engine did not have %s ready within %d s"
              .formatted(images, patience.toSeconds()));
    } catch (ExecutionException e) {
      return Optional.of("the container engine failed: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while looking for a container engine", e);
    }
  }

  /**
   * Whether it is worth asking Testcontainers, which complains at length in the log where there is
   * no engine.
   *
   * @param home the user's home folder
   */
  static boolean mayBeThere(Map<String, String> environment, String home) {
    if (Stream.of("DOCKER_HOST", "TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE")
        .anyMatch(environment::containsKey)) {
      return true;
    }
    var sockets =
        Stream.of(
            Path.of("/var/run/docker.sock"),
            Path.of(home, ".docker", "run", "docker.sock"),
            Path.of(home, ".docker", "desktop", "docker.sock"),
            Path.of(home, ".rd", "docker.sock"),
            Path.of(environment.getOrDefault("XDG_RUNTIME_DIR", "/run/user/none"), "docker.sock"));
    return sockets.anyMatch(Files::exists)
        || namesAHost(Path.of(home, ".testcontainers.properties"));
  }

  /**
   * Testcontainers itself writes that file once it has found an engine; only a host in it is the
   * user's word.
   */
  private static boolean namesAHost(Path properties) {
    try {
      return Files.exists(properties) && Files.readString(properties).contains("docker.host");
    } catch (IOException e) {
      return false;
    }
  }

  private static void complete(CompletableFuture<Optional<String>> probe, List<String> images) {
    try {
      probe.complete(look(images));
    } catch (RuntimeException | Error e) {
      probe.completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      probe.completeExceptionally(e);
    }
  }

  private static Optional<String> look(List<String> images) throws InterruptedException {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return Optional.of("no container engine answers");
    }
    DockerClient client = DockerClientFactory.instance().client();
    for (String image : images) {
      if (!isPresent(client, image)) {
        try {
          client.pullImageCmd(image).start().awaitCompletion();
        } catch (RuntimeException e) {
          return Optional.of(
              "the image %s is neither there nor can it be pulled (%s)"
                  .formatted(image, e.getMessage()));
        }
        if (!isPresent(client, image)) {
          return Optional.of("the image %s is neither there nor can it be pulled".formatted(image));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isPresent(DockerClient client, String image) {
    try {
      client.inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }
}
