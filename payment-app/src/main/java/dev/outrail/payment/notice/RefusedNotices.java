package dev.outrail.payment.notice;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Keeps signed notices that no payment takes: the provider says that it has the money, so somebody
 * has to settle that with it, and a log is no place to wait for that. Thread-safe.
 */
@Component
class RefusedNotices {

  private static final String REFUSED = "outrail.payment.notice.refused";

  private static final String KEEP =
      """
      INSERT INTO refused_notice (pay_id, biz_pay_no, reason, amount, content)
      VALUES (:payId, :bizPayNo, :reason, :amount, :content)
      ON DUPLICATE KEY UPDATE times = times + 1
      """;

  private final JdbcClient jdbc;
  private final MeterRegistry meters;

  RefusedNotices(JdbcClient jdbc, MeterRegistry meters) {
    this.jdbc = jdbc;
    this.meters = meters;
  }

  /**
   * Stores a notice, once however often it comes, and counts it.
   *
   * @param reason why it is refused
   * @param content the notice as received
   * @throws org.springframework.dao.DataAccessException if it could not be stored; the provider may
   *     call again
   */
  void keep(Notice notice, NoticeOutcome reason, String content) {
    jdbc.sql(KEEP)
        .param("payId", notice.payId())
        .param("bizPayNo", Objects.requireNonNull(notice.bizPayNo()))
        .param("reason", reason.name())
        .param("amount", notice.amount())
        .param("content", content)
        .update();
    Counter.builder(REFUSED)
        .description("signed notices of money that no payment takes, by why")
        .tag("reason", reason.name())
        .register(meters)
        .increment();
  }
}
