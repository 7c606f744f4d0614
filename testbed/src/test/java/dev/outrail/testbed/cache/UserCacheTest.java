package dev.outrail.testbed.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UserCacheTest {
  @TempDir private Path root;
  private final AtomicInteger fills = new AtomicInteger();

  @Test
  void aFolderIsFilledOnce() {
    Path folder = cache().folder("thing", this::fill);

    assertThat(cache().folder("thing", this::fill)).isEqualTo(folder);
    assertThat(fills).hasValue(1);
    assertThat(folder.resolve("sub/file")).hasContent("content");
  }

  @Test
  void aDamagedFolderIsMadeAgain() throws IOException {
    Path folder = cache().folder("thing", this::fill);

    Files.writeString(folder.resolve("sub/file"), "cut");
    cache().folder("thing", this::fill);
    assertThat(fills).hasValue(2);
    assertThat(folder.resolve("sub/file")).hasContent("content");

    Files.delete(folder.resolve("sub/file"));
    cache().folder("thing", this::fill);
    assertThat(fills).hasValue(3);

    Files.delete(folder.resolve(".complete"));
    cache().folder("thing", this::fill);
    assertThat(fills).hasValue(4);
  }

  @Test
  void aFailureLeavesNothingAndTheNextOneTriesAnew() {
    assertThatThrownBy(
            () ->
                cache()
                    .folder(
                        "thing",
                        folder -> {
                          fill(folder);
                          throw new IOException("disk full");
                        }))
        .hasMessageContaining("OUTRAIL_CACHE")
        .hasMessageContaining("disk full");
    assertThat(entries()).containsExactly("thing.lock");

    assertThat(cache().folder("thing", this::fill)).isDirectory();
  }

  @Test
  void whatADeadJvmLeftHalfWrittenIsRemoved() throws IOException {
    Path halfWritten = root.resolve(".thing.3b241101-e2bb-4255-8caf-4136c566a962");
    Files.createDirectories(halfWritten.resolve("sub"));

    cache().folder("thing", this::fill);

    assertThat(entries()).containsExactlyInAnyOrder("thing", "thing.lock");
  }

  @Test
  void threadsThatAskAtOnceGetOneFolder() throws Exception {
    int threads = 8;
    var together = new CyclicBarrier(threads);
    var executor = Executors.newFixedThreadPool(threads);
    try {
      Callable<Path> ask =
          () -> {
            together.await();
            return cache().folder("thing", this::fill);
          };
      for (Future<Path> folder :
          executor.invokeAll(Stream.generate(() -> ask).limit(threads).toList())) {
        assertThat(folder.get().resolve("sub/file")).hasContent("content");
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(fills).hasValue(1);
  }

  @Test
  void itsPlaceFollowsTheEnvironment() {
    assertThat(
            UserCache.rootFor(
                Map.of("OUTRAIL_CACHE", "/own", "XDG_CACHE_HOME", "/xdg"), "/home/me"))
        .isEqualTo(Path.of("/own"));
    assertThat(UserCache.rootFor(Map.of("XDG_CACHE_HOME", "/xdg"), "/home/me"))
        .isEqualTo(Path.of("/xdg/outrail"));
    assertThat(UserCache.rootFor(Map.of(), "/home/me"))
        .isEqualTo(Path.of("/home/me/.cache/outrail"));
  }

  private UserCache cache() {
    return new UserCache(root);
  }

  private void fill(Path folder) throws IOException {
    fills.incrementAndGet();
    Files.createDirectories(folder.resolve("sub"));
    Files.writeString(folder.resolve("sub/file"), "content");
  }

  private List<String> entries() {
    try (Stream<Path> all = Files.list(root)) {
      return all.map(path -> path.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
