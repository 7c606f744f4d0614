package dev.outrail.bench.outrail.consumer;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A payment's event, from whichever contender: the payload is JSON somewhere in the record's value.
 *
 * @param messageId the header {@code id}, or the payment's number where there is no such header
 * @param seq the payment's number
 */
record ArrivedPayment(String messageId, long seq) {

  private static final byte[] FIELD = "seq".getBytes(StandardCharsets.US_ASCII);

  /** Between the field's name and its number, quotes may be escaped. */
  private static final String BETWEEN = "\\\": ";

  /**
   * @throws IllegalArgumentException if the value has no number of a payment
   */
  static ArrivedPayment of(ConsumerRecord<String, byte[]> message) {
    long seq = seq(message.value());
    Header id = message.headers().lastHeader("id");
    return new ArrivedPayment(
        id == null ? Long.toString(seq) : new String(id.value(), StandardCharsets.UTF_8), seq);
  }

  private static long seq(byte[] value) {
    int at = endOfField(value);
    while (at < value.length && BETWEEN.indexOf(value[at]) >= 0) {
      at++;
    }
    int digits = at;
    long seq = 0;
    while (at < value.length && value[at] >= '0' && value[at] <= '9') {
      seq = seq * 10 + value[at++] - '0';
    }
    if (at == digits) {
      throw new IllegalArgumentException(
          "No payment's number in " + new String(value, StandardCharsets.UTF_8));
    }
    return seq;
  }

  private static int endOfField(byte[] value) {
    for (int at = 0; at <= value.length - FIELD.length; at++) {
      if (value[at] == FIELD[0] && value[at + 1] == FIELD[1] && value[at + 2] == FIELD[2]) {
        return at + FIELD.length;
      }
    }
    return value.length;
  }
}
