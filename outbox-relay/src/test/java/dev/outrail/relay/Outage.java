package dev.outrail.relay;

import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Provider;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.network.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** The ways to lose a server. */
enum Outage {
  BROKER_KILLED {
    @Override
    void begin(Scene scene) {
      scene.relay().testbed.kafka().kill();
    }

    @Override
    void end(Scene scene) {
      scene.relay().testbed.kafka().start();
    }
  },
  MYSQLD_KILLED {
    @Override
    void begin(Scene scene) {
      scene.relay().testbed.mysql().kill();
    }

    @Override
    void end(Scene scene) {
      scene.relay().testbed.mysql().start();
    }
  },
  BOTH_KILLED {
    @Override
    void begin(Scene scene) {
      BROKER_KILLED.begin(scene);
      MYSQLD_KILLED.begin(scene);
    }

    @Override
    void end(Scene scene) {
      MYSQLD_KILLED.end(scene);
      BROKER_KILLED.end(scene);
    }
  },
  BROKER_PAUSED {
    @Override
    void begin(Scene scene) {
      scene.relay().testbed.kafka().pause();
    }

    @Override
    void end(Scene scene) {
      scene.relay().testbed.kafka().resume();
    }
  },
  MYSQLD_PAUSED {
    @Override
    void begin(Scene scene) {
      scene.relay().testbed.mysql().pause();
    }

    @Override
    void end(Scene scene) {
      scene.relay().testbed.mysql().resume();
    }
  },
  KAFKA_CUT {
    @Override
    void begin(Scene scene) {
      scene.toKafka().cut();
    }

    @Override
    void end(Scene scene) {
      scene.toKafka().restore();
    }
  },
  KAFKA_STALLED {
    @Override
    void begin(Scene scene) {
      scene.toKafka().stall();
    }

    @Override
    void end(Scene scene) {
      scene.toKafka().restore();
    }
  },
  MYSQL_CUT {
    @Override
    void begin(Scene scene) {
      scene.toMysql().cut();
    }

    @Override
    void end(Scene scene) {
      scene.toMysql().restore();
    }
  },
  MYSQL_STALLED {
    @Override
    void begin(Scene scene) {
      scene.toMysql().stall();
    }

    @Override
    void end(Scene scene) {
      scene.toMysql().restore();
    }
  },
  /** Half-open for good: the bytes that were under way never arrive. */
  MYSQL_GONE_SILENTLY {
    @Override
    void begin(Scene scene) {
      scene.toMysql().stall();
    }

    @Override
    void end(Scene scene) {
      scene.toMysql().cut();
      scene.toMysql().restore();
    }
  },
  /** Half-open while the relay asks its first questions after an earlier loss. */
  MYSQL_GONE_SILENTLY_AGAIN {
    @Override
    void begin(Scene scene) {
      scene.toMysql().cut();
      scene.toMysql().restore();
      await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(RelayHarness.PATIENCE)
          .until(() -> scene.toMysql().connections() > 0);
      await()
          .pollDelay(Duration.ofMillis(scene.random().nextInt(800)))
          .atMost(Duration.ofSeconds(5))
          .until(() -> true);
      scene.toMysql().stall();
    }

    @Override
    void end(Scene scene) {
      MYSQL_GONE_SILENTLY.end(scene);
    }
  },
  KAFKA_GONE_SILENTLY {
    @Override
    void begin(Scene scene) {
      scene.toKafka().stall();
    }

    @Override
    void end(Scene scene) {
      scene.toKafka().cut();
      scene.toKafka().restore();
    }
  },
  /** The server has a new password and no old session; the file is written at the end. */
  PASSWORD_ROTATED {
    @Override
    void begin(Scene scene) {
      scene.newPassword(UUID.randomUUID().toString());
    }

    @Override
    void end(Scene scene) {
      scene.writePassword();
    }
  };

  /** All that can happen to these servers. */
  static Set<Outage> possible(Testbed testbed) {
    return canProxyKafka(testbed)
        ? EnumSet.allOf(Outage.class)
        : EnumSet.complementOf(EnumSet.of(KAFKA_CUT, KAFKA_STALLED, KAFKA_GONE_SILENTLY));
  }

  private static boolean canProxyKafka(Testbed testbed) {
    return testbed.provider() == Provider.EMBEDDED;
  }

  abstract void begin(Scene scene);

  abstract void end(Scene scene);

  /** A relay behind two proxies, with its password in a file. Not thread-safe. */
  static final class Scene implements AutoCloseable {
    private final RelayHarness relay;
    private final Random random;
    private final TcpProxy toMysql;
    private final TcpProxy toKafka;
    private final Path passwordFile;
    private String password;

    Scene(RelayHarness relay, Random random) {
      this.relay = relay;
      this.random = random;
      this.toMysql = TcpProxy.to(relay.testbed.mysql().host(), relay.testbed.mysql().port());
      this.toKafka = canProxyKafka(relay.testbed) ? relay.testbed.kafka().openProxy() : null;
      this.passwordFile = relay.folder.resolve("password");
      this.password = relay.settings.remove("mysql.password");
      writePassword();
      relay
          .set("mysql.host", toMysql.host())
          .set("mysql.port", Integer.toString(toMysql.port()))
          .set("mysql.password.file", passwordFile.toString());
      if (toKafka != null) {
        relay.set("kafka.bootstrap.servers", toKafka.address());
      }
    }

    RelayHarness relay() {
      return relay;
    }

    Random random() {
      return random;
    }

    TcpProxy toMysql() {
      return toMysql;
    }

    TcpProxy toKafka() {
      return toKafka;
    }

    @Override
    public void close() {
      toMysql.close();
      if (toKafka != null) {
        toKafka.close();
      }
    }

    private void newPassword(String next) {
      String user = relay.settings.get("mysql.user");
      password = next;
      relay.testbed.mysql().execute("ALTER USER '%s' IDENTIFIED BY '%s'".formatted(user, next));
      try (Connection connection = relay.connection();
          Statement statement = connection.createStatement()) {
        List<Long> sessions = new ArrayList<>();
        try (ResultSet found =
            statement.executeQuery(
                "SELECT id FROM information_schema.processlist WHERE user = '%s'"
                    .formatted(user))) {
          while (found.next()) {
            sessions.add(found.getLong(1));
          }
        }
        for (long session : sessions) {
          kill(statement, session);
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void kill(Statement statement, long session) throws SQLException {
      try {
        statement.execute("KILL " + session);
      } catch (SQLException e) {
        if (e.getErrorCode() != 1094) { // it has ended by itself
          throw e;
        }
      }
    }

    private void writePassword() {
      try {
        Files.writeString(passwordFile, password);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
