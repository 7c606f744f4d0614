package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import com.github.shyiko.mysql.binlog.io.ByteArrayOutputStream;
import com.github.shyiko.mysql.binlog.network.SSLSocketFactory;
import com.github.shyiko.mysql.binlog.network.protocol.PacketChannel;
import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import javax.net.ssl.HostnameVerifier;

/**
 * A connection to MySQL whose input is that of {@link Packets}: an event is read as it comes,
 * however large it is, and every byte is a sign of life. The binlog client reads single bytes, and
 * buffers a plain socket for that, but not a TLS one, where each read takes and gives back a lock:
 * that would be a quarter of what the binlog thread does beside decrypting.
 */
final class BufferedChannel extends PacketChannel {

  private final PacketChannel connection;
  private final Packets packets;
  private final ByteArrayInputStream input;

  /**
   * @param connection logged in; is read through this one only from now on
   */
  BufferedChannel(PacketChannel connection) throws IOException {
    super(new NoSocket());
    this.connection = connection;
    this.packets = new Packets(connection.getInputStream());
    this.input = new ByteArrayInputStream(packets);
  }

  /** How long nothing has come. Any thread may ask. */
  long silentNanos() {
    return packets.silentNanos();
  }

  @Override
  public ByteArrayInputStream getInputStream() {
    return input;
  }

  @Override
  public ByteArrayOutputStream getOutputStream() {
    return connection.getOutputStream();
  }

  @Override
  public byte[] read() {
    throw new UnsupportedOperationException("The server sends its binlog, and no answers");
  }

  @Override
  public void write(Command command) throws IOException {
    connection.write(command);
  }

  @Override
  public void upgradeToSSL(SSLSocketFactory factory, HostnameVerifier verifier) {
    throw new UnsupportedOperationException("Logged in already");
  }

  @Override
  public boolean isSSL() {
    return connection.isSSL();
  }

  @Override
  public void setShouldUseSoLinger0() {
    connection.setShouldUseSoLinger0();
  }

  @Override
  public boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }

  /** The super class wants one. */
  private static final class NoSocket extends Socket {

    @Override
    public InputStream getInputStream() {
      return InputStream.nullInputStream();
    }

    @Override
    public OutputStream getOutputStream() {
      return OutputStream.nullOutputStream();
    }
  }
}
