package dev.outrail.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A way to a server on which each connection carries only so much a second, if told so. */
final class SlowLink implements AutoCloseable {

  private static final int PIECE = 4 * 1024;

  private final String host;
  private final int port;
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile long nanosPerPiece;

  private SlowLink(String host, int port) throws IOException {
    this.host = host;
    this.port = port;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  static SlowLink to(String host, int port) {
    try {
      SlowLink link = new SlowLink(host, port);
      daemon(link::accept);
      return link;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  void limit(int bytesPerSecond) {
    nanosPerPiece = TimeUnit.SECONDS.toNanos(1) * PIECE / bytesPerSecond;
  }

  void unlimited() {
    nanosPerPiece = 0;
  }

  @Override
  public void close() {
    quietly(server::close);
    sockets.forEach(socket -> quietly(socket::close));
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      sockets.add(client);
      Socket there = new Socket(host, port);
      sockets.add(there);
      daemon(() -> carry(client, there));
      daemon(() -> carry(there, client));
    }
  }

  private void carry(Socket from, Socket to) throws IOException, InterruptedException {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] piece = new byte[PIECE];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        out.write(piece, 0, read);
        TimeUnit.NANOSECONDS.sleep(nanosPerPiece * read / PIECE);
      }
    }
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void daemon(Work work) {
    Thread thread = new Thread(() -> quietly(work), "slow-link");
    thread.setDaemon(true);
    thread.start();
  }

  /** The end of a connection is how this work ends. */
  private static void quietly(Work work) {
    try {
      work.run();
    } catch (IOException e) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
