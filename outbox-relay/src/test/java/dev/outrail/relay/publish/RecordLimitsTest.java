package dev.outrail.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordLimitsTest {

  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

  private final Map<String, String> topic =
      new HashMap<>(Map.of("max.message.bytes", "1000", "segment.bytes", "1000000"));
  private final Map<String, Object> producer =
      new HashMap<>(Map.of("max.request.size", 100_000, "buffer.memory", 1_000_000L));
  private final RecordMapper mapper = new RecordMapper("/test");
  private Instant now = NOON;
  private int asked;

  @Test
  void aTopicThatHasRefusedNothingIsNotAsked() {
    RecordLimits limits = limits();

    assertThat(obstacle(limits, "x".repeat(2_000), NOON)).isNull();
    assertThat(asked).isZero();
  }

  @Test
  void afterItsFirstRefusalItsLimitCounts() {
    RecordLimits limits = limits();
    limits.refusedBy("t");

    assertThat(obstacle(limits, "x", NOON)).isNull();
    assertThat(obstacle(limits, "x".repeat(2_000), NOON))
        .extracting(Problem::what)
        .asString()
        .contains("too large")
        .contains("takes 1000");
    for (int i = 0; i < 100; i++) {
      assertThat(obstacle(limits, "x".repeat(2_000), NOON)).isNotNull();
    }
    assertThat(asked).as("once for all").isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, false"})
  void toTheByte(int missing, boolean fits) {
    RecordLimits limits = limits();
    topic.put("max.message.bytes", "1");
    limits.refusedBy("t");
    String what = String.valueOf(obstacle(limits, "x".repeat(2_000), NOON));
    int size = Integer.parseInt(what.replaceAll(".*\\((\\d+) bytes.*", "$1"));
    topic.put("max.message.bytes", Integer.toString(size - missing));
    now = now.plusSeconds(5);

    assertThat(obstacle(limits, "x".repeat(2_000), NOON) == null).isEqualTo(fits);
  }

  @Test
  void aLimitThatWasRaisedIsSeenWithinASecond() {
    RecordLimits limits = limits();
    limits.refusedBy("t");
    assertThat(obstacle(limits, "x".repeat(2_000), NOON)).isNotNull();

    topic.put("max.message.bytes", "10000");
    now = now.plusSeconds(1);

    assertThat(obstacle(limits, "x".repeat(2_000), NOON)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"none, false", "gzip, true", "snappy, true", "lz4, true", "zstd, true"})
  void whatIsSentCompressedIsMeasuredSo(String compression, boolean fits) {
    producer.put("compression.type", compression);
    RecordLimits limits = limits();
    limits.refusedBy("t");

    assertThat(obstacle(limits, "x".repeat(3_000), NOON) == null).isEqualTo(fits);
  }

  @ParameterizedTest
  @CsvSource({
    "-PT50M, true",
    "-PT2H, false",
    "PT50M, true",
    "PT59M30S, true",
    "PT60M30S, true",
    "PT2H, false"
  })
  void aTimeOutOfTheTopicsRangeIsAnObstacleIfNoClockCanHelp(Duration off, boolean fits) {
    topic.put("message.timestamp.type", "CreateTime");
    topic.put("message.timestamp.before.max.ms", "3600000");
    topic.put("message.timestamp.after.max.ms", "3600000");
    RecordLimits limits = limits();
    limits.refusedBy("t");

    assertThat(obstacle(limits, "x", NOON.plus(off)) == null).isEqualTo(fits);
  }

  @Test
  void timesDoNotCountWhereTheBrokerSetsThem() {
    topic.put("message.timestamp.type", "LogAppendTime");
    topic.put("message.timestamp.before.max.ms", "1");
    RecordLimits limits = limits();
    limits.refusedBy("t");

    assertThat(obstacle(limits, "x", NOON.minus(Duration.ofDays(9)))).isNull();
  }

  @Test
  void aTopicThatDoesNotShowItsSettingsIsTried() {
    topic.clear();
    RecordLimits limits = limits();
    limits.refusedBy("t");

    assertThat(obstacle(limits, "x".repeat(2_000), NOON)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"100000, 1000000, kafka.max.request.size", "1000000, 100000, kafka.buffer.memory"})
  void whatTheProducerItselfDoesNotTakeNamesItsSetting(
      String request, String buffer, String setting) {
    producer.put("max.request.size", request);
    producer.put("buffer.memory", buffer);
    RecordLimits limits = limits();

    assertThat(obstacle(limits, "x".repeat(90_000), NOON)).isNull();
    assertThat(obstacle(limits, "x".repeat(100_000), NOON))
        .satisfies(
            problem -> {
              assertThat(problem.what()).contains(setting + " is 100000");
              assertThat(problem.remedy()).contains("Raise " + setting);
            });
  }

  private RecordLimits limits() {
    return new RecordLimits(
        producer,
        name -> {
          asked++;
          return Map.copyOf(topic);
        },
        () -> now);
  }

  private @Nullable Problem obstacle(RecordLimits limits, String payload, Instant at) {
    OutboxRow row =
        OutboxRow.of(
            "pay",
            "1",
            "t",
            "k",
            "e",
            payload.getBytes(StandardCharsets.UTF_8),
            null,
            null,
            null,
            null);
    return limits.obstacle(row, mapper.map(row, at));
  }
}
