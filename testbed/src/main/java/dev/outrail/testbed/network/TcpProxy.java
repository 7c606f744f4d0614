package dev.outrail.testbed.network;

import dev.outrail.testbed.process.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A port of the loopback address that forwards to another address until it is told to fail. One
 * target, any number of connections; a server behind it may come and go.
 *
 * <p>Thread-safe. Its threads are daemons: it ends with {@link #close()} or with this JVM.
 */
public final class TcpProxy implements AutoCloseable {

  private enum Network {
    FLOWING,
    STALLED,
    CUT,
    CLOSED
  }

  private static final int BUFFER = 16 * 1024;
  private static final int CONNECT_MILLIS = 5_000;
  private static final int BACKLOG = 128;

  private final InetSocketAddress target;
  private final int port;
  private final Set<Link> links = new HashSet<>();
  private Network network = Network.FLOWING;
  private @Nullable ServerSocket listener;
  private @Nullable Thread acceptor;

  private TcpProxy(InetSocketAddress target, int port) {
    this.target = target;
    this.port = port;
  }

  /**
   * Listens on a free port, which stays the same for as long as this JVM lives.
   *
   * @throws UncheckedIOException when the port cannot be listened on
   */
  public static TcpProxy to(String host, int port) {
    return to(host, port, FreePorts.reserve());
  }

  /** The same on a given port of the loopback address. */
  public static TcpProxy to(String host, int port, int listenOn) {
    TcpProxy proxy = new TcpProxy(new InetSocketAddress(host, port), listenOn);
    proxy.listen();
    return proxy;
  }

  /** The host to connect to. */
  public String host() {
    return "127.0.0.1";
  }

  /** The port to connect to. */
  public int port() {
    return port;
  }

  /** {@code host:port}. */
  public String address() {
    return host() + ":" + port;
  }

  /** Connections that are open now, stalled ones included. */
  public synchronized int connections() {
    return links.size();
  }

  /** Resets every connection, on both sides, and refuses new ones. */
  public void cut() {
    end(Network.CUT);
  }

  /**
   * Lets no further byte pass, in either direction: neither data nor the end of a connection. What
   * was being passed on at this moment may still arrive. New connections are accepted and hear
   * nothing. After {@link #cut()} the port is open again, and silent.
   */
  public synchronized void stall() {
    requireOpen();
    network = Network.STALLED;
    listen();
  }

  /** Forwards again; what a stall held back is delivered. */
  public synchronized void restore() {
    requireOpen();
    network = Network.FLOWING;
    listen();
    notifyAll();
  }

  /** {@link #cut()}, for good. */
  @Override
  public void close() {
    end(Network.CLOSED);
  }

  @Override
  public String toString() {
    return "proxy %s to %s".formatted(address(), target);
  }

  private void end(Network next) {
    List<Link> open;
    Thread accepting;
    synchronized (this) {
      if (network == Network.CLOSED) {
        return;
      }
      network = next;
      accepting = acceptor;
      closeListener();
      open = new ArrayList<>(links);
      open.forEach(link -> link.broken = true);
      links.clear();
      notifyAll();
    }
    open.forEach(Link::reset);
    awaitEnd(accepting);
  }

  /** A thread that still waits in accept holds the port. */
  private static void awaitEnd(@Nullable Thread accepting) {
    if (accepting != null) {
      try {
        accepting.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void requireOpen() {
    if (network == Network.CLOSED) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  private synchronized void listen() {
    if (listener != null) {
      return;
    }
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host()), port), BACKLOG);
      listener = socket;
      acceptor = daemon("accept", () -> accept(socket));
    } catch (IOException e) {
      throw new UncheckedIOException("Can't listen on " + address(), e);
    }
  }

  private void closeListener() {
    ServerSocket socket = listener;
    listener = null;
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException("Can't close " + this, e);
      }
    }
  }

  private void accept(ServerSocket socket) {
    while (true) {
      Link link;
      try {
        link = new Link(socket.accept());
      } catch (IOException e) {
        return; // closed by cut() or close()
      }
      if (add(socket, link)) {
        daemon("link", link::run);
      } else {
        link.reset();
      }
    }
  }

  private synchronized boolean add(ServerSocket socket, Link link) {
    return listener == socket && links.add(link);
  }

  private synchronized void remove(Link link) {
    links.remove(link);
  }

  /** Waits out a stall; false if this link was cut meanwhile. */
  private synchronized boolean awaitFlow(Link link) {
    try {
      while (network == Network.STALLED && links.contains(link)) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return links.contains(link);
  }

  private Thread daemon(String what, Runnable work) {
    Thread thread = new Thread(work, what + " " + this);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** One connection of a client and the one that it is forwarded to. */
  private final class Link {
    private final Socket client;
    private final Socket server = new Socket();
    private volatile boolean broken;

    Link(Socket client) {
      this.client = client;
    }

    void run() {
      try {
        if (awaitFlow(this)) {
          server.connect(target, CONNECT_MILLIS);
          client.setTcpNoDelay(true);
          server.setTcpNoDelay(true);
          Thread back = daemon("back", () -> forward(server, client));
          forward(client, server);
          back.join();
        }
      } catch (IOException e) {
        broken = true; // the target refuses: so does the proxy, as far as it still can
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        remove(this);
        end(broken);
      }
    }

    /** Passes on bytes and then their end; a reset of either side becomes one of both. */
    private void forward(Socket from, Socket to) {
      byte[] buffer = new byte[BUFFER];
      try {
        while (true) {
          int count = from.getInputStream().read(buffer);
          if (!awaitFlow(this)) {
            return;
          }
          if (count < 0) {
            to.shutdownOutput();
            return;
          }
          to.getOutputStream().write(buffer, 0, count);
        }
      } catch (IOException e) {
        if (awaitFlow(this)) {
          reset();
        }
      }
    }

    void reset() {
      broken = true; // whoever closes first must close like this
      end(true);
    }

    private void end(boolean reset) {
      for (Socket socket : List.of(client, server)) {
        try {
          if (reset) {
            socket.setSoLinger(true, 0); // what makes close() send a reset
          }
          socket.close();
        } catch (IOException e) {
          // it is closed already
        }
      }
    }
  }
}
