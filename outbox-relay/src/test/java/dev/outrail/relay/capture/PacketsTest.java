package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.BinaryLogClient.AbstractLifecycleListener;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import com.github.shyiko.mysql.binlog.network.protocol.PacketChannel;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the binlog client reads through {@link Packets} is what it reads without. */
class PacketsTest {

  private static final int MAX = (1 << 24) - 1;
  private static final int EVENT_HEADER = 19;
  private static final byte[] ERROR = {
    (byte) 0xff, (byte) 0xd4, 4, '#', 'H', 'Y', '0', '0', '0', 'n', 'o'
  };

  private final Random random = new Random(18);
  private final ByteArrayOutputStream wire = new ByteArrayOutputStream();

  @ParameterizedTest(name = "events of {0} and {1} bytes")
  @CsvSource({
    "19, 20",
    "100, 30",
    "600000, 524288",
    // with the marker before it, an event one shorter than a packet fills it
    "16777213, 19",
    "16777214, 19",
    "16777215, 16777214",
    "16777216, 19",
    "33554428, 19",
    "33554429, 33554430",
    "40000000, 50"
  })
  void theClientReadsTheSame(int first, int second) throws Exception {
    List<Integer> lengths = List.of(40, first, 19, second, second, 200_000, first, 25);
    for (int length : lengths) {
      packets(event(length));
    }
    packets(ERROR);

    List<String> expected = read(channel(wire.toByteArray()));
    assertThat(read(new BufferedChannel(channel(wire.toByteArray())))).isEqualTo(expected);
    assertThat(expected).hasSize(lengths.size() + 1).last().asString().contains("ServerException");
  }

  @Test
  void noBorderOfManySmallEventsGetsLost() throws Exception {
    for (int i = 0; i < 50_000; i++) {
      packets(event(EVENT_HEADER + random.nextInt(random.nextInt(20) == 0 ? 3_000 : 60)));
    }

    List<String> expected = read(channel(wire.toByteArray()));
    assertThat(read(new BufferedChannel(channel(wire.toByteArray())))).isEqualTo(expected);
    assertThat(expected).hasSize(50_000);
  }

  @Test
  void anEndInsideOfAPacketIsNoEnd() throws Exception {
    packets(event(MAX));
    byte[] whole = wire.toByteArray();
    for (int cut : List.of(1, 4, 5, 100, whole.length - 2)) {
      Packets packets =
          new Packets(new java.io.ByteArrayInputStream(Arrays.copyOf(whole, whole.length - cut)));
      assertThatThrownBy(packets::readAllBytes).as("%d less", cut).isInstanceOf(EOFException.class);
    }
    assertThat(new Packets(new java.io.ByteArrayInputStream(whole)).readAllBytes())
        .as("the event, its marker, and one header")
        .hasSize(MAX + 1 + 4);
  }

  /** What the client tells of: each event's length and checksum, and the failure at the end. */
  private static List<String> read(PacketChannel channel) throws Exception {
    List<String> told = new ArrayList<>();
    BinaryLogClient client = new Client(channel);
    client.setEventDeserializer(new Checksums());
    client.registerEventListener(event -> told.add(String.valueOf((Object) event.getHeader())));
    client.registerLifecycleListener(
        new AbstractLifecycleListener() {
          @Override
          public void onCommunicationFailure(BinaryLogClient unused, Exception e) {
            told.add(e.toString());
          }

          @Override
          public void onEventDeserializationFailure(BinaryLogClient unused, Exception e) {
            told.add(e.toString());
          }
        });
    Field connected = BinaryLogClient.class.getDeclaredField("connected");
    connected.setAccessible(true);
    connected.set(client, true);
    Method listen = BinaryLogClient.class.getDeclaredMethod("listenForEventPackets");
    listen.setAccessible(true);
    listen.invoke(client);
    return told;
  }

  private static final class Client extends BinaryLogClient {
    Client(PacketChannel channel) {
      super("localhost", 1, "nobody", "");
      this.channel = channel;
    }
  }

  /** Reads an event by its own length, byte by byte, in pieces, and as a whole. */
  private static final class Checksums extends EventDeserializer {

    private int turn;

    @Override
    public Event nextEvent(ByteArrayInputStream in) throws IOException {
      byte[] head = in.read(EVENT_HEADER);
      int length =
          (head[9] & 0xff) | (head[10] & 0xff) << 8 | (head[11] & 0xff) << 16 | head[12] << 24;
      CRC32 crc = new CRC32();
      crc.update(head);
      turn = (turn + 1) % 3;
      byte[] piece = new byte[turn == 2 ? length : 8_192];
      for (int left = length - EVENT_HEADER; left > 0; ) {
        if (turn == 0) {
          crc.update(in.read());
          left--;
        } else {
          int next = Math.min(left, piece.length);
          in.fill(piece, 0, next);
          crc.update(piece, 0, next);
          left -= next;
        }
      }
      EventHeaderV4 header = new EventHeaderV4();
      header.setEventLength(length);
      header.setTimestamp(crc.getValue());
      return new Event(header, null);
    }
  }

  private PacketChannel channel(byte[] sent) throws IOException {
    return new PacketChannel(
        new Socket() {
          @Override
          public InputStream getInputStream() {
            return new Dribble(sent, new Random(7));
          }

          @Override
          public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
          }
        });
  }

  /** Gives sometimes much, sometimes little, as a network does. */
  private static final class Dribble extends InputStream {

    private final java.io.ByteArrayInputStream all;
    private final Random random;

    Dribble(byte[] all, Random random) {
      this.all = new java.io.ByteArrayInputStream(all);
      this.random = random;
    }

    @Override
    public int read() {
      return all.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      int most = random.nextInt(4) == 0 ? 1 + random.nextInt(7) : 1 + random.nextInt(200_000);
      return all.read(into, offset, Math.min(length, most));
    }
  }

  private byte[] event(int length) {
    byte[] event = new byte[1 + length]; // behind the marker, a zero
    random.nextBytes(event);
    event[0] = 0;
    for (int i = 0; i < 4; i++) {
      event[1 + 9 + i] = (byte) (length >>> (8 * i));
    }
    return event;
  }

  /** As a server sends it: full packets, and a shorter one behind them, be it empty. */
  private void packets(byte[] content) {
    int sequence = 0;
    int at = 0;
    while (true) {
      int length = Math.min(MAX, content.length - at);
      wire.writeBytes(
          new byte[] {
            (byte) length, (byte) (length >>> 8), (byte) (length >>> 16), (byte) sequence++
          });
      wire.write(content, at, length);
      at += length;
      if (length < MAX) {
        return;
      }
    }
  }
}
