#!/usr/bin/env bash
# Spring takes what MySQL's driver itself refuses, a payload that is too large or a wrong argument, for a fault that passes, and what
# does pass, a failover or a full server, for one that does not: TransientDataAccessException is no guide to retries.
#
# Seen with: spring-jdbc 7.0.10 (JdbcTemplate), mysql-connector-j 9.7.0, Java 17. The SQLExceptions are made by the driver's
# own classes, with the state and number that were seen when each of these things was done with MySQL 8.0.31 (a parameter index
# out of range, a closed statement and a row not yet read gave S1009 or S1000 as well).
# One would expect a class that tells whether trying again may help. The driver's errors have the X/Open states S1000 and S1009;
# Spring knows S1 as a state of other drivers for a lost resource. MySQL sends HY000 for most of its own, which says nothing,
# and Connector/J's refused connection is a SQLNonTransientConnectionException.
#
# Whom it hurts: listeners and outbox pollers that retry on TransientDataAccessException (or classify so in an error handler):
# one event over max_allowed_packet stops its partition for ever, and all events of a failover are given up.
# What to do: look at the SQLException: state S1... with error code 0 is the statement's fault, states 08... and the numbers
# of your server's states (1290 and 1836 read-only, 1040 connections, 3024 time, 1053 shutdown) are the server's.
#
# Output seen:
#   value over max_allowed_packet | S1000    0 | TransientDataAccessResourceException | transient
#   position 0 of a Blob          | S1009    0 | TransientDataAccessResourceException | transient
#   deadlock                      | 40001 1213 | CannotAcquireLockException           | transient
#   server is read-only           | HY000 1290 | UncategorizedSQLException            | not transient
#   max_execution_time is over    | HY000 3024 | UncategorizedSQLException            | not transient
#   too many connections          | 08004 1040 | DataAccessResourceFailureException   | not transient
#
# Exit status 0 while Spring still does exactly this, 1 if that has changed.
set -euo pipefail
expected=$(sed -n '/^# Output seen:$/,/^#$/s/^#   //p' "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.springframework</groupId><artifactId>spring-jdbc</artifactId><version>7.0.10</version></dependency>
    <dependency><groupId>com.mysql</groupId><artifactId>mysql-connector-j</artifactId><version>9.7.0</version></dependency>
  </dependencies>
</project>
POM
mvn --batch-mode -q dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib >/dev/null

cat > Translate.java <<'JAVA'
import com.mysql.cj.jdbc.Blob;
import com.mysql.cj.jdbc.exceptions.PacketTooBigException;
import com.mysql.cj.jdbc.exceptions.SQLError;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

public class Translate {
  static final JdbcTemplate JDBC = new JdbcTemplate(new SingleConnectionDataSource(connection(), true));

  interface Failing {
    void run() throws SQLException;
  }

  public static void main(String[] none) {
    print("value over max_allowed_packet", () -> { throw new PacketTooBigException("Packet for query is too large"); });
    print("position 0 of a Blob", () -> new Blob(new byte[1], null).getBytes(0, 1));
    print("deadlock", () -> { throw server("40001", 1213); });
    print("server is read-only", () -> { throw server("HY000", 1290); });
    print("max_execution_time is over", () -> { throw server("HY000", 3024); });
    print("too many connections", () -> { throw server("08004", 1040); });
  }

  static SQLException server(String state, int number) {
    return SQLError.createSQLException("", state, number, null);
  }

  static void print(String title, Failing failing) {
    try {
      JDBC.execute((ConnectionCallback<Void>) connection -> {
        failing.run();
        return null;
      });
    } catch (DataAccessException e) {
      var cause = (SQLException) e.getCause();
      System.out.printf(
          "%-29s | %s %4d | %-36s | %s%n",
          title, cause.getSQLState(), cause.getErrorCode(), e.getClass().getSimpleName(),
          e instanceof TransientDataAccessException ? "transient" : "not transient");
    }
  }

  /** JdbcTemplate wants one for a callback; none of its methods is called here for what it does. */
  static Connection connection() {
    return (Connection) Proxy.newProxyInstance(
        Translate.class.getClassLoader(), new Class<?>[] {Connection.class},
        (proxy, method, arguments) -> method.getReturnType() == boolean.class ? false : null);
  }
}
JAVA

java -cp 'lib/*' Translate.java >seen 2>log || { cat log >&2; echo "CHANGED: the program did not end well" >&2; exit 1; }
cat seen
[ "$(cat seen)" = "$expected" ] || { echo "CHANGED: expected" >&2; echo "$expected" >&2; exit 1; }
