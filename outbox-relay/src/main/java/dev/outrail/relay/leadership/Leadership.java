package dev.outrail.relay.leadership;

import dev.outrail.relay.capture.MySqlServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease among the relays of one name: a named lock of the MySQL server ({@code GET_LOCK}), held
 * by a session that the server itself ends when it hears nothing for the lease's time.
 *
 * <ul>
 *   <li>A holder that is killed loses its connection, and with it the lock, at once.
 *   <li>A holder that is frozen or cut off sends no sign of life; the server ends its session after
 *       the lease ({@code wait_timeout}).
 *   <li>Those that wait are inside {@code GET_LOCK}, so the server wakes one of them; nobody polls.
 * </ul>
 *
 * The lease only decides who should work (liveness). That two never publish both is Kafka's work:
 * whoever opens the producer of a name fences all others of it. So a lease that is believed for a
 * moment too long does no harm.
 *
 * <p>A thread of its own keeps the session; it gives the lease away when the relay's thread shows
 * no sign of life, and does not ask for it again before there is one. Thread-safe.
 */
public final class Leadership implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Leadership.class);

  /** Waiting relays that are counted, at most. */
  private static final int MAX_STANDBYS = 9;

  private static final Duration RECONNECT = Duration.ofMillis(500);

  private final Supplier<MySqlServer> server;
  private final String lockName;
  private final Duration lease;
  private final BooleanSupplier alive;
  private final Thread keeper;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean held;
  private boolean connected;
  private boolean releaseAsked;
  private boolean closed;
  private long confirmedAt;
  private long abstainUntil = System.nanoTime();
  private int standbys;

  private Leadership(
      Supplier<MySqlServer> server, String relayName, Duration lease, BooleanSupplier alive) {
    this.server = server;
    this.lockName = lockName(relayName);
    this.lease = lease;
    this.alive = alive;
    this.keeper = new Thread(this::keep, "leadership");
    keeper.setDaemon(true);
  }

  /**
   * Begins to wait for the lease. Returns at once; failures to connect are retried for ever.
   *
   * @param server asked for each connection, so that a rotated password is taken
   * @param lease whole seconds; after this long without a sign of life a holder is replaced
   * @param alive whether whoever is to work with the lease works; asked by the keeping thread
   */
  public static Leadership join(
      Supplier<MySqlServer> server, String relayName, Duration lease, BooleanSupplier alive) {
    Leadership leadership = new Leadership(server, relayName, lease, alive);
    leadership.keeper.start();
    return leadership;
  }

  /** Whether this relay has the lease, and has heard so from the server within the lease's time. */
  public boolean held() {
    lock.lock();
    try {
      return held && System.nanoTime() - confirmedAt < lease.toNanos();
    } finally {
      lock.unlock();
    }
  }

  /** Whether this relay would get the lease if it were given away now. */
  public boolean waits() {
    lock.lock();
    try {
      return connected && !held && System.nanoTime() - abstainUntil >= 0 && alive.getAsBoolean();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the lease is held; false if the time is over. */
  public boolean await(Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (!held && left > 0) {
        left = changed.awaitNanos(left);
      }
      return held;
    } finally {
      lock.unlock();
    }
  }

  /** How many relays of this name wait for the lease; counted while it is held here, else 0. */
  public int standbys() {
    lock.lock();
    try {
      return held ? standbys : 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives the lease away, if it is held, and does not ask for it again for a while, so that one who
   * waits gets it. Returns once it is given away.
   */
  public void release(Duration abstain) {
    lock.lock();
    try {
      long until = System.nanoTime() + abstain.toNanos();
      abstainUntil = until - abstainUntil > 0 ? until : abstainUntil;
      if (!held) {
        return;
      }
      releaseAsked = true;
      changed.signalAll();
      long left = lease.toNanos();
      while (held && left > 0) {
        left = changed.awaitNanos(left);
      }
      held = false; // the session is dead then, and ends by itself
    } catch (InterruptedException e) {
      held = false;
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Gives the lease away and ends the session. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      keeper.join(lease.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep() {
    while (!isClosed()) {
      try (Connection connection = server.get().connect(lease)) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("SET SESSION wait_timeout = " + Math.max(1, lease.toSeconds()));
        }
        session(connection);
      } catch (SQLException | RuntimeException e) {
        log.debug("The session that holds or waits for the lease is gone: {}", e.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } finally {
        mark(false, false);
      }
      if (!pause(RECONNECT)) {
        return;
      }
    }
  }

  private void session(Connection connection) throws SQLException, InterruptedException {
    mark(true, false);
    String slot = null;
    while (!isClosed()) {
      if (mayAsk()) {
        slot = slot == null ? takeSlot(connection) : slot;
        if (call(connection, "SELECT GET_LOCK(?, 1)", lockName) == 1) {
          if (slot != null) {
            call(connection, "SELECT RELEASE_LOCK(?)", slot);
            slot = null;
          }
          if (mayAsk()) {
            hold(connection);
            mark(true, false);
          } else { // the wish came while the lock did
            call(connection, "SELECT RELEASE_LOCK(?)", lockName);
          }
        }
      } else {
        if (slot != null) { // not somebody to hand over to
          call(connection, "SELECT RELEASE_LOCK(?)", slot);
          slot = null;
        }
        call(connection, "SELECT 1 FROM DUAL WHERE ? IS NOT NULL", lockName);
        if (!pause(Duration.ofMillis(200))) {
          return;
        }
      }
    }
  }

  /** Until asked to release, or until the lock is found lost. */
  private void hold(Connection connection) throws SQLException, InterruptedException {
    mark(true, true);
    try {
      while (call(connection, "SELECT IS_USED_LOCK(?) = CONNECTION_ID()", lockName) == 1) {
        if (!alive.getAsBoolean()) {
          log.error(
              "The relay's thread hangs; the lease is given away. Look where it hangs (jcmd <pid> Thread.print), then"
                  + " restart this process");
          mark(true, false); // before another has it
          return;
        }
        int waiting = 0;
        for (int number = 1; number <= MAX_STANDBYS; number++) {
          waiting += call(connection, "SELECT IS_USED_LOCK(?) IS NOT NULL", slotName(number));
        }
        confirm(waiting);
        if (awaitRelease(lease.dividedBy(4))) {
          return;
        }
      }
    } finally {
      call(connection, "SELECT RELEASE_LOCK(?)", lockName);
    }
  }

  /** A numbered lock by which the holder sees that somebody waits; null if all are taken. */
  private @Nullable String takeSlot(Connection connection) throws SQLException {
    for (int number = 1; number <= MAX_STANDBYS; number++) {
      if (call(connection, "SELECT GET_LOCK(?, 0)", slotName(number)) == 1) {
        return slotName(number);
      }
    }
    return null;
  }

  private String slotName(int number) {
    return lockName + "/" + number;
  }

  private static int call(Connection connection, String sql, String argument) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, argument);
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? result.getInt(1) : 0;
      }
    }
  }

  private boolean mayAsk() {
    lock.lock();
    try {
      return System.nanoTime() - abstainUntil >= 0 && alive.getAsBoolean();
    } finally {
      lock.unlock();
    }
  }

  private void mark(boolean nowConnected, boolean nowHeld) {
    lock.lock();
    try {
      connected = nowConnected;
      held = nowHeld;
      if (nowHeld) {
        confirmedAt = System.nanoTime();
        releaseAsked = false;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void confirm(int waiting) {
    lock.lock();
    try {
      confirmedAt = System.nanoTime();
      standbys = waiting;
    } finally {
      lock.unlock();
    }
  }

  /** True if the lease is to be given away. */
  private boolean awaitRelease(Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (!releaseAsked && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return releaseAsked || closed;
    } finally {
      lock.unlock();
    }
  }

  /** False if closed meanwhile. */
  private boolean pause(Duration time) {
    lock.lock();
    try {
      long left = time.toNanos();
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Lock names end at 64 characters; a long relay name is told apart by its checksum. */
  private static String lockName(String relayName) {
    String full = "outrail-relay/" + relayName;
    if (full.length() <= 60) {
      return full;
    }
    CRC32 crc = new CRC32();
    crc.update(relayName.getBytes(StandardCharsets.UTF_8));
    return full.substring(0, 50) + String.format(Locale.ROOT, "-%08x", crc.getValue());
  }
}
