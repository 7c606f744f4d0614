package dev.outrail.segmentid;

import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes segments from {@code leaf_alloc}, each in a short transaction of its own. */
final class JdbcSegmentSource implements SegmentSource {

  private static final String LOCK =
      """
      SELECT max_id, step, random_step FROM leaf_alloc WHERE biz_tag = :tag FOR UPDATE
      """;

  private static final String ADVANCE =
      """
      UPDATE leaf_alloc SET max_id = :last WHERE biz_tag = :tag AND max_id = :before
      """;

  private final JdbcClient jdbc;
  private final TransactionTemplate ownTransaction;
  private final String tag;

  JdbcSegmentSource(JdbcClient jdbc, PlatformTransactionManager transactionManager, String tag) {
    this.jdbc = jdbc;
    this.tag = tag;
    this.ownTransaction = new TransactionTemplate(transactionManager);
    this.ownTransaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
  }

  @Override
  public Segment next() {
    return Objects.requireNonNull(ownTransaction.execute(status -> take()));
  }

  private Segment take() {
    Row row =
        jdbc.sql(LOCK)
            .param("tag", tag)
            .query(Row.class)
            .optional()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        ("table leaf_alloc has no row for biz_tag '%s': INSERT INTO leaf_alloc"
                                + " (biz_tag, max_id, step, random_step) VALUES ('%s', 0, 1000, 1)")
                            .formatted(tag, tag)));
    long skipped =
        row.randomStep() > 1 ? ThreadLocalRandom.current().nextLong(row.randomStep()) : 0;
    long first = Math.addExact(row.maxId(), 1 + skipped);
    Segment segment = new Segment(first, Math.addExact(first, row.step() - 1L));
    int updated =
        jdbc.sql(ADVANCE)
            .param("last", segment.last())
            .param("tag", tag)
            .param("before", row.maxId())
            .update();
    if (updated != 1) {
      throw new IllegalStateException(
          "advanced %d rows of leaf_alloc for biz_tag '%s', expected 1".formatted(updated, tag));
    }
    return segment;
  }

  record Row(long maxId, int step, int randomStep) {}
}
