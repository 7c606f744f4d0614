package dev.outrail.messaging;

import com.zaxxer.hikari.HikariDataSource;
import dev.outrail.testbed.Testbed;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A database of its own with the library's two tables and one for effects. */
public final class MessagingDatabase implements AutoCloseable {

  private final String name = "messaging_" + UUID.randomUUID().toString().replace('-', '_');
  private final HikariDataSource pool = new HikariDataSource();
  private final JdbcClient jdbc;
  private final JdbcTransactionManager transactionManager;

  public MessagingDatabase() {
    var mysql = Testbed.shared().mysql();
    mysql.createDatabase(name);
    pool.setJdbcUrl(mysql.jdbcUrl(name));
    pool.setUsername(mysql.rootUser());
    pool.setPassword(mysql.rootPassword());
    pool.setMaximumPoolSize(16);
    new ResourceDatabasePopulator(new ClassPathResource("dev/outrail/messaging/messaging.sql"))
        .execute(pool);
    jdbc = JdbcClient.create(pool);
    jdbc.sql("CREATE TABLE account (id INT PRIMARY KEY, balance INT NOT NULL)").update();
    jdbc.sql("INSERT INTO account VALUES (1, 0)").update();
    transactionManager = new JdbcTransactionManager(pool);
  }

  public String name() {
    return name;
  }

  public DataSource dataSource() {
    return pool;
  }

  public JdbcClient jdbc() {
    return jdbc;
  }

  public JdbcTransactionManager transactionManager() {
    return transactionManager;
  }

  public TransactionTemplate transaction() {
    return new TransactionTemplate(transactionManager);
  }

  public void deposit(int amount) {
    jdbc.sql("UPDATE account SET balance = balance + :amount WHERE id = 1")
        .param("amount", amount)
        .update();
  }

  public int balance() {
    return jdbc.sql("SELECT balance FROM account WHERE id = 1").query(Integer.class).single();
  }

  public long count(String table) {
    return jdbc.sql("SELECT COUNT(*) FROM " + table).query(Long.class).single();
  }

  @Override
  public void close() {
    jdbc.sql("DROP DATABASE " + name).update();
    pool.close();
  }
}
