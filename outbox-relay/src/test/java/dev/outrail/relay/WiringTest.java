package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.config.RelayConfigLoader;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WiringTest {

  @Test
  void theAddressThatOthersAreToldNamesThisHostAndNotThemselves() throws Exception {
    String host = InetAddress.getLocalHost().getHostName();

    assertThat(address("127.0.0.1", "")).isEqualTo("http://" + host + ":8190");
    assertThat(address("0.0.0.0", "")).isEqualTo("http://" + host + ":8190");
    assertThat(address("relay-1", "")).isEqualTo("http://relay-1:8190");
    assertThat(address("127.0.0.1", "https://relays/1")).isEqualTo("https://relays/1");
  }

  private static String address(String bind, String advertised) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "OUTRAIL_RELAY_OUTBOX_SCHEMAS", "mall",
                "OUTRAIL_RELAY_MYSQL_USER", "relay",
                "OUTRAIL_RELAY_KAFKA_BOOTSTRAP_SERVERS", "broker:9092",
                "OUTRAIL_RELAY_HTTP_BIND", bind));
    if (!advertised.isEmpty()) {
      environment.put("OUTRAIL_RELAY_HTTP_ADVERTISED_URL", advertised);
    }
    return new Wiring(RelayConfigLoader.load(null, environment)).address();
  }
}
