package dev.outrail.relay.purge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoverageReaderTest {

  @ParameterizedTest
  @CsvSource({
    "'', '', true",
    "'pay,ord', '', true",
    "'ord', '', false",
    "'PAY', '', false",
    "'', 'pay', false",
    "'', 'PAY', false",
    "'', 'mysql,ord', true",
    "'pay', 'pay', true"
  })
  void theServersListsSayWhetherADatabaseIsInItsBinlog(String only, String not, boolean logged) {
    assertThat(CoverageReader.isLogged("pay", only, not)).isEqualTo(logged);
  }
}
