package dev.outrail.testbed.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ObstacleMemoTest {
  @TempDir private Path folder;
  private final MovableClock clock = new MovableClock();
  private final AtomicInteger lookups = new AtomicInteger();

  @Test
  void whatTookLongToFindOutIsRememberedForAWhile() {
    assertThat(memo().or(lookup("no image", 120))).contains("no image");

    clock.advance(60);
    assertThat(memo().or(lookup("no image", 120)).orElseThrow()).startsWith("no image (found out ");
    assertThat(lookups).hasValue(1);

    clock.advance(16 * 60);
    assertThat(memo().or(lookup("still no image", 120))).contains("still no image");
    assertThat(lookups).hasValue(2);
  }

  @Test
  void whatIsQuicklyFoundOutIsLookedUpEachTime() {
    assertThat(memo().or(lookup("no engine", 1))).contains("no engine");
    assertThat(memo().or(lookup("no engine", 1))).contains("no engine");
    assertThat(lookups).hasValue(2);
  }

  @Test
  void aWayThatIsFreeIsNeverRemembered() {
    assertThat(
            memo()
                .or(
                    () -> {
                      clock.advance(120);
                      return Optional.empty();
                    }))
        .isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  private ObstacleMemo memo() {
    return new ObstacleMemo(folder, clock);
  }

  private Supplier<Optional<String>> lookup(String obstacle, int seconds) {
    return () -> {
      lookups.incrementAndGet();
      clock.advance(seconds);
      return Optional.of(obstacle);
    };
  }

  private static final class MovableClock extends Clock {
    private Instant now = Instant.now();

    void advance(int seconds) {
      now = now.plus(Duration.ofSeconds(seconds));
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
