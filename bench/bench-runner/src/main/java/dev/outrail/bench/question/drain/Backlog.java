package dev.outrail.bench.question.drain;

import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.measure.Database;
import dev.outrail.testbed.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes a backlog inside the server, without waiting for the disk, which is not what is measured.
 */
final class Backlog {

  private static final int WRITERS = 8;
  private static final int KEYS = 1_000;

  private static final String TABLES =
      """
      CREATE TABLE activity (id BIGINT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(255) NOT NULL);
      CREATE TABLE filler (n INT PRIMARY KEY);
      INSERT INTO filler WITH RECURSIVE f (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM f WHERE n < 500) SELECT n FROM f;
      """;

  /** Numbers {@code first}, {@code first + step}, … below {@code many}, a transaction each. */
  private static final String PROCEDURE =
      """
      CREATE PROCEDURE pay_many(first BIGINT, step INT, many BIGINT, topic VARCHAR(255), bytes INT, others INT)
      BEGIN
        DECLARE i BIGINT DEFAULT first;
        DECLARE note LONGTEXT DEFAULT REPEAT('x', GREATEST(0, bytes - 40));
        WHILE i < many DO
          START TRANSACTION;
          INSERT INTO paid_order (order_id, pay_id) VALUES (i, i);
          INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload)
          VALUES (CONCAT('01900000-0000-7000-8000-', LPAD(HEX(i), 12, '0')), topic, i %% %1$d, 'payment.succeeded.v1',
            CONCAT('{"seq":', i, ',"key":', i %% %1$d, ',"note":"', note, '"}'));
          COMMIT;
          IF others > 1 THEN
            INSERT INTO activity (note) SELECT REPEAT('y', 200) FROM filler WHERE n < others;
          END IF;
          SET i = i + step;
        END WHILE;
      END
      """
          .formatted(KEYS);

  private Backlog() {}

  /**
   * Payment {@code i} goes to the database at {@code i % databases}; its key is {@code i % 1000}.
   */
  static void write(Scene scene, BacklogSpec spec, Database database) {
    MySqlServer mysql = scene.servers().mysql();
    for (String name : scene.databases()) {
      mysql.execute("USE " + name + ";" + TABLES);
      run(mysql, name, PROCEDURE);
    }
    database.waitForDisk(false);
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        // The databases are as many as the writers, or one: a key stays with one writer
        String name = scene.databases().get(writer % scene.databases().size());
        String call =
            "CALL pay_many(%d, %d, %d, '%s', %d, %d)"
                .formatted(
                    writer, WRITERS, spec.events(), scene.topic(), spec.bytes(), spec.otherRows());
        all.add(writers.submit(() -> run(mysql, name, call)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("Writing the backlog", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      writers.shutdownNow();
      database.waitForDisk(true);
    }
  }

  private static void run(MySqlServer mysql, String database, String sql) {
    try (Connection connection = mysql.dataSource(database).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
