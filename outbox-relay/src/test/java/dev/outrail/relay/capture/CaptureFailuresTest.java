package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.shyiko.mysql.binlog.network.ServerException;
import dev.outrail.relay.problem.TransientException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureFailuresTest {

  /** What MySQL 8.0, 8.4 and 9.7 send with the one code 1236. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A slave with the same server_uuid/server_id as this slave has connected to the master; the first event '' at 4 | leave mysql.server.id at 0",
        "A replica with the same server_uuid/server_id as this replica has connected to the source; the first event '' at 4 | leave mysql.server.id at 0",
        "Cannot replicate because the master purged required binary logs. Replicate the missing transactions from elsewhere | compares the position with the server's history",
        "Cannot replicate because the source purged required binary logs. Replicate the missing transactions from elsewhere | compares the position with the server's history",
        "Replica has more GTIDs than the source has, using the source's SERVER_UUID. | compares the position with the server's history",
        "Could not find first log file name in binary log index file | compares the position with the server's history",
        "log event entry exceeded max_allowed_packet; Increase max_allowed_packet on source | SET PERSIST max_allowed_packet",
        "binlog truncated in the middle of event; consider out of disk space on source | look at its error log and its disk",
        "event read from binlog did not pass checksum algorithm check | look at its error log and its disk",
        "bogus data in log event; the first event '' at 4 | look at its error log and its disk",
        "I/O error reading log event | look at its error log and its disk",
        "Something that nobody has seen yet | Something that nobody has seen yet",
      })
  void theEndOfAReadingIsNoHaltAndIsToldAsWhatItIs(String said, String told) {
    RuntimeException failure = CaptureFailures.classify(thrown(said));

    assertThat(failure)
        .isInstanceOf(TransientException.class)
        .hasMessageContaining(said)
        .hasMessageContaining(told);
    assertThat(CaptureFailures.idIsTaken(thrown(said))).isEqualTo(said.contains("same server"));
  }

  @Test
  void anIdThatAnotherReaderHasIsDrawnAnewUnlessItWasSet() {
    ServerId drawn = new ServerId(0);
    ServerId set = new ServerId(5400);
    long before = drawn.value();

    drawn.taken();
    set.taken();

    assertThat(before).isBetween(1_000_000_000L, 4_294_967_295L);
    assertThat(drawn.value()).isNotEqualTo(before).isBetween(1_000_000_000L, 4_294_967_295L);
    assertThat(set.value()).isEqualTo(5400);
  }

  @Test
  void eachProcessDrawsAnIdOfItsOwnBecauseAStandbyReadsToo() {
    assertThat(new ServerId(0).value()).isNotEqualTo(new ServerId(0).value());
  }

  private static Throwable thrown(String said) {
    return new IllegalStateException(new IOException(new ServerException(said, 1236, "HY000")));
  }
}
