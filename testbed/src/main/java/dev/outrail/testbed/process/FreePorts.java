package dev.outrail.testbed.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that stay ours while the server on them is down. Thread-safe.
 *
 * <p>They lie below the range from which operating systems take the ports of outgoing connections,
 * so no client grabs one while a server restarts, and each is locked (one byte of a file in the
 * temp folder) against every other JVM of this user until this JVM ends.
 */
public final class FreePorts {
  private static final int FIRST = 17_000;
  private static final int LAST = 31_999;
  private static final int ATTEMPTS = 500;

  private FreePorts() {}

  /**
   * A port on which nothing listens and that no other JVM's testbed has reserved; ours until this
   * JVM ends.
   */
  public static int reserve() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
      if (Reservations.tryLock(port) && isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "No free port between %d and %d after %d tries".formatted(FIRST, LAST, ATTEMPTS));
  }

  /**
   * Whether a server could listen on this port of the loopback address and of all addresses now.
   */
  public static boolean isFree(int port) {
    return canBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        && canBind(new InetSocketAddress(port));
  }

  private static boolean canBind(InetSocketAddress address) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Opened once and never closed: closing any descriptor of the file would give up all locks of
   * this JVM on it.
   */
  private static final class Reservations {
    private static final FileChannel FILE = open();

    static boolean tryLock(int port) {
      try {
        return FILE.tryLock(port, 1, false) != null;
      } catch (OverlappingFileLockException e) {
        return false;
      } catch (IOException e) {
        throw new UncheckedIOException("Locking port " + port, e);
      }
    }

    private static FileChannel open() {
      Path file =
          Path.of(
              System.getProperty("java.io.tmpdir"),
              "outrail-ports-" + System.getProperty("user.name") + ".lock");
      try {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw new UncheckedIOException("Opening " + file, e);
      }
    }
  }
}
