package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadAlongTest {

  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final String SERVER = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

  private final ArrayDeque<CapturedEvent> binlog = new ArrayDeque<>();
  private final ReadAlong along = new ReadAlong(new Binlog(), SERVER + ":1-10", 100, 1_000_000);

  /** A standby that steps over hours of other tables' rows is late, though no event waits. */
  @Test
  void saysUpToWhenItHasReadAlsoWhereOnlyOtherTablesWereWritten() throws Exception {
    assertThat(along.upTo(NOW)).as("nothing was read").isNull();

    Instant earlier = NOW.minus(Duration.ofHours(2));
    binlog.add(new CapturedEvent.Beat(SERVER + ":1-12", earlier));
    along.follow(SERVER + ":1-10", Duration.ZERO);
    assertThat(along.upTo(NOW)).isEqualTo(earlier);
    assertThat(along.upTo(NOW)).as("no news").isNull();

    binlog.add(row(13, NOW.minusSeconds(9)));
    binlog.add(new CapturedEvent.Beat(SERVER + ":1-13", null));
    along.follow(SERVER + ":1-12", Duration.ZERO);
    assertThat(along.upTo(NOW)).as("this one waits").isEqualTo(NOW.minusSeconds(9));
    along.follow(SERVER + ":1-13", Duration.ZERO);
    assertThat(along.upTo(NOW)).as("the server has nothing more").isEqualTo(NOW);
  }

  private static CapturedEvent row(int number, Instant committedAt) {
    return new CapturedEvent.Row(
        OutboxRow.of("pay", "id", "t", "k", "type", new byte[0], null, null, null, null),
        SERVER + ":" + number,
        SERVER + ":1-" + (number - 1),
        committedAt);
  }

  private final class Binlog implements EventSource {

    @Override
    public List<CapturedEvent> take(int count, long byteLimit, Duration wait) {
      List<CapturedEvent> taken = List.copyOf(binlog);
      binlog.clear();
      return taken;
    }

    @Override
    public void gather(int count, Duration atMost) {}

    @Override
    public int waiting() {
      return binlog.size();
    }

    @Override
    public boolean connected() {
      return true;
    }

    @Override
    public void close() {}
  }
}
