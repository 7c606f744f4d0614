package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import java.io.IOException;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The rows of one table as the binlog has them, without a relay. */
final class Binlog {

  private final String host;
  private final int port;
  private final String user;
  private final String password;

  Binlog(String host, int port, String user, String password) {
    this.host = host;
    this.port = port;
    this.user = user;
    this.password = password;
  }

  interface Statements {
    void run() throws SQLException;
  }

  /** What the statements inserted into the table, row by row. */
  List<Serializable[]> rows(Connection connection, String table, Statements inserts)
      throws SQLException, IOException, InterruptedException {
    BinaryLogClient client = new BinaryLogClient(host, port, user, password);
    client.setServerId(1_999_999_999);
    String[] begin = place(connection);
    client.setBinlogFilename(begin[0]);
    client.setBinlogPosition(Long.parseLong(begin[1]));
    client.setKeepAlive(false);
    client.setEventDeserializer(new BinlogEvents((database, name) -> name.equals(table), null));
    inserts.run();
    String[] end = place(connection);
    List<Serializable[]> rows = new ArrayList<>();
    CountDownLatch read = new CountDownLatch(1);
    client.registerEventListener(
        event -> {
          if (event.getData() instanceof WriteRowsEventData data) {
            rows.addAll(data.getRows());
          }
          if (isAt(client, event, end)) {
            read.countDown();
          }
        });
    try {
      client.connect(TimeUnit.SECONDS.toMillis(10));
      if (!read.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("The binlog was not read to " + String.join(":", end));
      }
    } catch (java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    } finally {
      client.disconnect();
    }
    return rows;
  }

  private static boolean isAt(BinaryLogClient client, Event event, String[] end) {
    return client.getBinlogFilename().equals(end[0])
        && ((EventHeaderV4) event.getHeader()).getNextPosition() >= Long.parseLong(end[1]);
  }

  private static String[] place(Connection connection) throws SQLException {
    String sql =
        connection.getMetaData().getDatabaseProductVersion().startsWith("8.0")
            ? "SHOW MASTER STATUS"
            : "SHOW BINARY LOG STATUS";
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return new String[] {row.getString(1), row.getString(2)};
    }
  }
}
