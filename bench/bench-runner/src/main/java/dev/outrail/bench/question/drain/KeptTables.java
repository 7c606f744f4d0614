package dev.outrail.bench.question.drain;

import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.measure.Stage;
import dev.outrail.testbed.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A database as it was, kept in another one.
 *
 * @param tables all of them but the payment's own
 */
record KeptTables(Scene scene, List<String> tables) {

  private static final List<String> LEFT_OUT =
      List.of("pay_info", "paid_order", "outbox", "processed_message", "inbox_purge");

  static KeptTables of(Scene scene) {
    MySqlServer mysql = scene.servers().mysql();
    String copy = copy(scene);
    mysql.createDatabase(copy);
    List<String> tables = new ArrayList<>();
    try (Connection connection = mysql.dataSource(scene.database()).getConnection();
        Statement statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery("SHOW TABLES")) {
        while (rows.next()) {
          tables.add(rows.getString(1));
        }
      }
      tables.removeAll(LEFT_OUT);
      for (String table : tables) {
        statement.execute("CREATE TABLE %s.`%s` LIKE `%s`".formatted(copy, table, table));
        statement.execute("INSERT INTO %s.`%s` SELECT * FROM `%s`".formatted(copy, table, table));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("Keeping " + scene.database(), e);
    }
    return new KeptTables(scene, List.copyOf(tables));
  }

  void putBack() {
    MySqlServer mysql = scene.servers().mysql();
    for (String table : tables) {
      mysql.execute(
          "USE %s; TRUNCATE `%s`; INSERT INTO `%s` SELECT * FROM %s.`%s`"
              .formatted(scene.database(), table, table, copy(scene), table));
    }
  }

  void drop(Stage stage) {
    scene.servers().mysql().execute("DROP DATABASE IF EXISTS " + copy(scene));
    stage.strike(scene);
  }

  private static String copy(Scene scene) {
    return scene.database() + "_kept";
  }
}
