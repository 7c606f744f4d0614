package dev.outrail.relay.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.capture.EventHeader;
import dev.outrail.relay.capture.OutboxRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordMapperTest {

  private static final Instant COMMITTED = Instant.parse("2026-11-24T10:00:01.234Z");

  @Test
  void mapsEveryColumnToItsPlace() {
    byte[] payload = {1, 0, (byte) 0xff};
    OutboxRow row =
        OutboxRow.of(
            "mall",
            "id-1",
            "order-notify",
            "schlüssel",
            "payment.succeeded.v1",
            payload,
            "application/cbor",
            "00-ab-cd-01",
            "v=1",
            Instant.parse("2026-11-24T10:00:00.5Z"));

    ProducerRecord<byte[], byte[]> mapped =
        new RecordMapper("/outrail/{schema}").map(row, COMMITTED);

    assertThat(mapped.topic()).isEqualTo("order-notify");
    assertThat(mapped.key()).isEqualTo("schlüssel".getBytes(UTF_8));
    assertThat(mapped.value()).isSameAs(payload);
    assertThat(mapped.timestamp()).isEqualTo(COMMITTED.toEpochMilli());
    assertThat(mapped.partition()).isNull();
    assertThat(headers(mapped))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("id", "id-1"),
                Map.entry("eventType", "payment.succeeded.v1"),
                Map.entry("ce_specversion", "1.0"),
                Map.entry("ce_id", "id-1"),
                Map.entry("ce_source", "/outrail/mall"),
                Map.entry("ce_type", "payment.succeeded.v1"),
                Map.entry("ce_subject", "schlüssel"),
                Map.entry("ce_time", "2026-11-24T10:00:00.500000Z"),
                Map.entry("content-type", "application/cbor"),
                Map.entry("traceparent", "00-ab-cd-01"),
                Map.entry("tracestate", "v=1")));
  }

  @Test
  void theRowsOwnHeadersComeLastInTheirOrderRepeatedNamesIncluded() {
    OutboxRow row =
        new OutboxRow(
            "mall",
            "1",
            "t",
            "k",
            "e",
            null,
            null,
            null,
            "v=1",
            List.of(
                new EventHeader("tenant", "größe"),
                new EventHeader("a", ""),
                new EventHeader("tenant", "漢😀")),
            null,
            null);

    List<String> all = new ArrayList<>();
    for (Header header : new RecordMapper("/s").map(row, COMMITTED).headers()) {
      all.add(header.key() + "=" + new String(header.value(), UTF_8));
    }
    assertThat(all.subList(all.indexOf("tracestate=v=1") + 1, all.size()))
        .containsExactly("tenant=größe", "a=", "tenant=漢😀");
  }

  @Test
  void aTimeBeforeKafkasFirstIsKafkasFirst() {
    OutboxRow row = OutboxRow.of("mall", "1", "t", "k", "e", new byte[0], null, null, null, null);

    assertThat(new RecordMapper("/s").map(row, Instant.parse("1960-01-01T00:00:00Z")).timestamp())
        .isZero();
  }

  @Test
  void anEmptyKeyIsNoSubjectBecauseCloudEventsForbidsAnEmptyOne() {
    OutboxRow row =
        OutboxRow.of("mall", "id-1", "t", "", "e.v1", null, null, null, null, COMMITTED);

    ProducerRecord<byte[], byte[]> mapped = new RecordMapper("/outrail").map(row, COMMITTED);

    assertThat(mapped.key()).isEmpty();
    assertThat(mapped.value()).as("no payload: a tombstone").isNull();
    assertThat(headers(mapped)).doesNotContainKey("ce_subject").containsKey("ce_id");
  }

  @Test
  void aTableWithoutTheOptionalColumnsGetsDefaults() {
    OutboxRow row = OutboxRow.of("mall", "1", "t", "k", "e", null, null, null, null, null);

    ProducerRecord<byte[], byte[]> mapped = new RecordMapper("urn:shop").map(row, COMMITTED);

    assertThat(mapped.value()).isNull();
    assertThat(headers(mapped))
        .containsEntry("content-type", "application/json")
        .containsEntry("ce_source", "urn:shop")
        .containsEntry("ce_time", "2026-11-24T10:00:01.234000Z")
        .doesNotContainKeys("traceparent", "tracestate");
  }

  @Test
  void rowsOfOtherKindsGetHeadersOfTheirOwn() {
    RecordMapper mapper = new RecordMapper("/outrail/{schema}");

    assertThat(kind(mapper, "mall", "paid.v1", "application/cbor"))
        .containsExactly("/outrail/mall", "paid.v1", "paid.v1", "application/cbor");
    assertThat(kind(mapper, "mall", "paid.v1", null))
        .containsExactly("/outrail/mall", "paid.v1", "paid.v1", "application/json");
    assertThat(kind(mapper, "mall", "paid.v2", null))
        .containsExactly("/outrail/mall", "paid.v2", "paid.v2", "application/json");
    assertThat(kind(mapper, "shop", "paid.v2", null))
        .containsExactly("/outrail/shop", "paid.v2", "paid.v2", "application/json");
  }

  private static List<String> kind(
      RecordMapper mapper, String schema, String type, @Nullable String contentType) {
    OutboxRow row =
        OutboxRow.of(schema, "1", "t", "k", type, new byte[0], contentType, null, null, null);
    Map<String, String> headers = headers(mapper.map(row, COMMITTED));
    return List.of(
        headers.get("ce_source"),
        headers.get("ce_type"),
        headers.get("eventType"),
        headers.get("content-type"));
  }

  private static Map<String, String> headers(ProducerRecord<byte[], byte[]> mapped) {
    Map<String, String> headers = new LinkedHashMap<>();
    mapped
        .headers()
        .forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
    return headers;
  }
}
