package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HandOffTest {

  private static final long LONG = Duration.ofSeconds(15).toNanos();

  @Test
  void keepsTheOrderAndTheBounds() throws InterruptedException {
    HandOff<Integer> handOff = new HandOff<>(10, 1_000);
    for (int i = 0; i < 10; i++) {
      handOff.put(i, 10);
    }

    assertThat(handOff.take(4, 1_000, 0)).containsExactly(0, 1, 2, 3);
    assertThat(handOff.take(100, 25, 0)).as("bound in bytes").containsExactly(4, 5);
    assertThat(handOff.take(100, 1, 0)).as("one always passes").containsExactly(6);
    assertThat(handOff.take(100, 1_000, 0)).containsExactly(7, 8, 9);
    assertThat(handOff.take(1, 1, 1)).isEmpty();
  }

  @Test
  void aFullQueueMakesTheWriterWaitByCountAndByBytes() throws InterruptedException {
    for (HandOff<String> handOff :
        java.util.List.of(new HandOff<String>(1, 1_000), new HandOff<String>(9, 50))) {
      handOff.put("first", 40);
      Writer writer = put(handOff, "second", 40);

      writer.awaitWaiting();
      assertThat(handOff.take(1, 1_000, 0)).containsExactly("first");
      writer.done().join();
      assertThat(handOff.take(1, 1_000, LONG)).containsExactly("second");
    }
  }

  @Test
  void oneThatIsLargerThanTheWholeQueuePassesAlone() throws InterruptedException {
    HandOff<String> handOff = new HandOff<>(10, 100);

    handOff.put("huge", 5_000);

    assertThat(handOff.take(10, 100, 0)).containsExactly("huge");
  }

  @Test
  void aReaderIsWokenByTheEvent() throws InterruptedException {
    HandOff<String> handOff = new HandOff<>(10, 100);
    Thread reader = Thread.currentThread();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              await().until(() -> reader.getState() == Thread.State.TIMED_WAITING);
              put(handOff, "event", 1).done().join();
            });

    assertThat(handOff.take(10, 100, LONG)).containsExactly("event");
    writer.join();
  }

  @Test
  void closingEndsAWaitingWriterAndRefusesNewOnes() throws InterruptedException {
    HandOff<String> handOff = new HandOff<>(1, 100);
    handOff.put("first", 1);
    Writer writer = put(handOff, "second", 1);
    writer.awaitWaiting();

    handOff.close();

    assertThatThrownBy(writer.done()::join)
        .isInstanceOf(CompletionException.class)
        .hasRootCauseInstanceOf(InterruptedException.class);
    assertThatThrownBy(() -> handOff.put("third", 1)).isInstanceOf(InterruptedException.class);
  }

  private record Writer(Thread thread, CompletableFuture<Void> done) {

    void awaitWaiting() {
      await().until(() -> thread.getState() == Thread.State.WAITING);
      assertThat(done).isNotDone();
    }
  }

  private static Writer put(HandOff<String> handOff, String element, int size) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                handOff.put(element, size);
                done.complete(null);
              } catch (InterruptedException e) {
                done.completeExceptionally(e);
              }
            });
    thread.start();
    return new Writer(thread, done);
  }
}
