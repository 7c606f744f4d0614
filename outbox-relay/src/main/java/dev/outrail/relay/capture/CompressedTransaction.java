package dev.outrail.relay.capture;

import com.github.luben.zstd.ZstdInputStream;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The body of a {@code TRANSACTION_PAYLOAD} event: some fields, each a number, a length and a
 * value, up to a zero; then the events of the transaction, compressed.
 */
final class CompressedTransaction {

  private static final int END = 0;
  private static final int COMPRESSION = 2;
  private static final int ZSTD = 0;
  private static final int NONE = 255;

  private static final int PIECE = 64 * 1024;

  private CompressedTransaction() {}

  /** The events, one behind the other, without checksums; decompressed as they are read. */
  static InputStream open(InputStream body) throws IOException {
    ByteArrayInputStream fields = new ByteArrayInputStream(body);
    int compression = ZSTD;
    for (int field = fields.readPackedInteger(); field != END; field = fields.readPackedInteger()) {
      int length = fields.readPackedInteger();
      if (field == COMPRESSION) {
        compression = fields.readPackedInteger();
      } else {
        fields.read(length);
      }
    }
    return switch (compression) {
      case ZSTD -> new BufferedInputStream(new ZstdInputStream(body), PIECE);
      case NONE -> new BufferedInputStream(body, PIECE);
      default -> throw new IOException("Compression %d is not known".formatted(compression));
    };
  }
}
