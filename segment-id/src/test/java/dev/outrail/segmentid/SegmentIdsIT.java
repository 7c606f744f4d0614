package dev.outrail.segmentid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.testbed.Testbed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class SegmentIdsIT {

  private final String database = "segment_" + UUID.randomUUID().toString().replace('-', '_');
  private final ExecutorService background = Executors.newCachedThreadPool();
  private DataSource dataSource;
  private JdbcClient jdbc;

  @BeforeEach
  void createTable() {
    var mysql = Testbed.shared().mysql();
    mysql.createDatabase(database);
    dataSource = mysql.dataSource(database);
    jdbc = JdbcClient.create(dataSource);
    jdbc.sql(
            """
            CREATE TABLE leaf_alloc (biz_tag VARCHAR(128) PRIMARY KEY, max_id BIGINT NOT NULL,
              step INT NOT NULL, random_step INT NOT NULL)
            """)
        .update();
    jdbc.sql("INSERT INTO leaf_alloc VALUES ('pay', 0, 100, 1)").update();
  }

  @AfterEach
  void drop() throws Exception {
    background.shutdown();
    assertThat(background.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    jdbc.sql("DROP DATABASE " + database).update();
  }

  @Test
  void processesThatShareTheTableShareNoNumber() throws Exception {
    List<Future<List<Long>>> processes = new ArrayList<>();
    for (int process = 0; process < 4; process++) {
      SegmentIds ids = ids("pay");
      processes.add(background.submit(() -> take(ids, 2_500)));
    }

    List<Long> all = new ArrayList<>();
    for (Future<List<Long>> process : processes) {
      List<Long> taken = process.get();
      assertThat(taken).isSorted();
      all.addAll(taken);
    }
    assertThat(all).hasSize(10_000).doesNotHaveDuplicates();
    assertThat(jdbc.sql("SELECT max_id FROM leaf_alloc").query(Long.class).single())
        .isGreaterThanOrEqualTo(Collections.max(all));
  }

  @Test
  void whileTheRowIsLockedTheSegmentInMemoryGoesOn() {
    SegmentIds ids = ids("pay");
    ids.next();

    List<Long> whileLocked =
        new TransactionTemplate(new JdbcTransactionManager(dataSource))
            .execute(
                status -> {
                  jdbc.sql("SELECT 1 FROM leaf_alloc WHERE biz_tag = 'pay' FOR UPDATE")
                      .query(Integer.class)
                      .single();
                  return take(ids, 99);
                });
    List<Long> afterwards = take(ids, 99);

    assertThat(whileLocked).hasSize(99);
    assertThat(afterwards).doesNotContainAnyElementsOf(whileLocked);
  }

  @Test
  void aRandomStepLeavesNumbersOutAndRepeatsNone() {
    jdbc.sql("UPDATE leaf_alloc SET random_step = 50").update();

    List<Long> taken = take(ids("pay"), 1_000);

    assertThat(taken).isSorted().doesNotHaveDuplicates();
    assertThat(taken.get(999)).isBetween(1_000L, 1_000L + 11 * 50);
  }

  @Test
  void aTagWithoutARowIsAnErrorThatSaysWhatToInsert() {
    SegmentIds ids = ids("refund");

    assertThatThrownBy(ids::next)
        .isInstanceOf(SegmentIdsExhaustedException.class)
        .hasMessageContaining("'refund'")
        .rootCause()
        .hasMessageContaining("INSERT INTO leaf_alloc");
  }

  private SegmentIds ids(String tag) {
    return SegmentIds.on(
        jdbc, new JdbcTransactionManager(dataSource), tag, background, Duration.ofSeconds(30));
  }

  private static List<Long> take(SegmentIds ids, int count) {
    List<Long> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(ids.next());
    }
    return taken;
  }
}
