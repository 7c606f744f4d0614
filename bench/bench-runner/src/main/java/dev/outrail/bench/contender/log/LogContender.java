package dev.outrail.bench.contender.log;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Description;
import dev.outrail.bench.contender.Guarantee;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.OutboxWriter;
import dev.outrail.bench.contender.Running;
import dev.outrail.bench.contender.Scene;
import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.process.FreePorts;
import dev.outrail.testbed.process.ManagedProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Set;

/**
 * One that reads the rows of {@code outbox} tables from the binlog, written by the process of
 * {@link OutboxWriter}.
 */
record LogContender(Description description, Reader reader) implements Contender {

  @Override
  public Set<Mode> modes() {
    return readsOnly() ? EnumSet.of(Mode.CARRY_ONLY) : EnumSet.of(Mode.LIVE, Mode.CARRY_ONLY);
  }

  @Override
  public boolean readsBinlog() {
    return true;
  }

  @Override
  public void createTables(Scene scene) {
    // those of messaging.sql are all it needs
  }

  @Override
  public Running start(Scene scene, Mode mode) {
    if (!modes().contains(mode)) {
      throw new IllegalArgumentException(description.id() + " does not run as " + mode);
    }
    MySqlServer mysql = scene.servers().mysql();
    String gtids =
        (mode == Mode.CARRY_ONLY ? scene.fromGtids() : executed(mysql)).replace("\n", "");
    int port = FreePorts.reserve();
    try (BinlogConnections connections = BinlogConnections.watch(mysql)) {
      ManagedProcess process = reader.start(scene, mode, gtids, FreePorts.reserve(), port);
      LogRunning running =
          new LogRunning(process, readsOnly() ? OutboxWriter.agent(port).resolve("/count") : null);
      try {
        connections.awaitNew(process);
        if (mode == Mode.LIVE) {
          int writerPort = FreePorts.reserve();
          running.written(OutboxWriter.start(scene, writerPort), OutboxWriter.agent(writerPort));
        }
        return running;
      } catch (RuntimeException e) {
        running.close();
        throw e;
      }
    }
  }

  private boolean readsOnly() {
    return description.guarantee() == Guarantee.READS_ONLY;
  }

  /** Where to begin so that nothing is missed that is written from now on. */
  private static String executed(MySqlServer mysql) {
    try (Connection connection = mysql.dataSource("").getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT @@GLOBAL.gtid_executed")) {
      result.next();
      return result.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException("Asking for the executed transactions", e);
    }
  }
}
