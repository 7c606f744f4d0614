package dev.outrail.relay.purge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.capture.TableName;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GRANT USAGE ON *.* TO `relay`@`%`|false",
        "GRANT SELECT, ALTER, DROP ON `pay_1`.`outbox` TO `relay`@`%`|true",
        "GRANT SELECT, DROP ON `pay_1`.`outbox` TO `relay`@`%`|false",
        "GRANT ALTER, DROP ON `pay_1`.`other` TO `relay`@`%`|false",
        "GRANT ALTER, DROP ON `pay1`.`outbox` TO `relay`@`%`|false",
        "GRANT DROP ON `pay_1`.`outbox` TO `relay`@`%`;GRANT ALTER ON `pay_1`.* TO `relay`@`%`|true",
        "GRANT ALTER, DROP ON `pay\\_1`.* TO `relay`@`%`|true",
        "GRANT ALTER, DROP ON `pay\\_%`.* TO `relay`@`%`|true",
        "GRANT ALTER, DROP ON `p_y_1`.* TO `relay`@`%`|true",
        "GRANT ALTER, DROP ON `ord%`.* TO `relay`@`%`|false",
        "GRANT ALL PRIVILEGES ON *.* TO `relay`@`%` WITH GRANT OPTION|true",
        "GRANT SELECT, ALTER, DROP ON *.* TO `relay`@`%`;REVOKE DROP ON `pay_1`.* FROM `relay`@`%`|false",
        "GRANT `role`@`%` TO `relay`@`%`|false"
      })
  void saysWhetherPartitionsMayBeDropped(String grants, boolean allowed) {
    assertThat(
            new Grants(Arrays.asList(grants.split(";")))
                .allow(new TableName("pay_1", "outbox"), "ALTER", "DROP"))
        .isEqualTo(allowed);
  }
}
