package dev.outrail.testbed.mysql;

import dev.outrail.testbed.Provider;

final class EmbeddedMySqlIT extends MySqlServerContract {

  EmbeddedMySqlIT() {
    super(Provider.EMBEDDED);
  }
}
