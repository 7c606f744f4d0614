package dev.outrail.relay.position;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.capture.TableShapes;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageTest {

  private static final TableName PAY = new TableName("pay", "outbox");
  private static final TableName ORD = new TableName("ord", "outbox");
  private static final TableName STOCK = new TableName("stock", "outbox");
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00.000123Z");
  private static final Coverage SOME =
      Coverage.of(List.of(PAY, ORD), table -> table == PAY ? Coverage.EVERYTHING : NOON)
          .with(List.of(STOCK), Coverage.NOTHING);
  private static final String SHAPES =
      "{\"version\":1,\"followed\":[\"pay.outbox\"],\"databases\":{\"pay\":\"latin1\"},\"tables\":[]}";

  @Test
  void comesBackFromTheRecordAndLeavesTheShapesAsTheyWere() {
    Memory memory = Memory.NONE.withTables(SOME.addTo(SHAPES));

    assertThat(memory.coverage()).isEqualTo(SOME);
    assertThat(memory.tables()).isEqualTo(SHAPES);
  }

  @Test
  void aReleaseThatKnowsNoCoverageReadsTheShapesBesideIt() {
    assertThat(TableShapes.parse(SOME.addTo(SHAPES))).isEqualTo(TableShapes.parse(SHAPES));
  }

  @Test
  void staysWithoutShapes() {
    Memory memory = Memory.NONE.withTables(SOME.addTo(null));

    assertThat(memory.coverage()).isEqualTo(SOME);
    assertThat(memory.tables()).isNull();
  }

  @Test
  void whatIsNotThereOrDamagedCountsAsUnread() {
    for (String value :
        List.of(
            SHAPES,
            SHAPES.replaceFirst("\\{", "{\"coverage\":{\"pay.outbox\":\"soon\"},"),
            "[]",
            "no JSON")) {
      Memory memory = Memory.NONE.withTables(value);

      assertThat(memory.coverage()).as(value).isEqualTo(Coverage.UNKNOWN);
      assertThat(memory.coverage().since(PAY)).isEqualTo(Coverage.NOTHING);
      assertThat(memory.tables()).as(value).isNotNull();
    }
    assertThat(Memory.NONE.withTables(null).tables()).isNull();
  }
}
