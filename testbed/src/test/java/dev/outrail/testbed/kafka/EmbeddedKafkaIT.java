package dev.outrail.testbed.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.testbed.Provider;
import dev.outrail.testbed.network.TcpProxy;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

final class EmbeddedKafkaIT extends KafkaBrokerContract {

  EmbeddedKafkaIT() {
    super(Provider.EMBEDDED);
  }

  @Test
  void aClientBehindTheProxyHasNoOtherWayToTheBroker() throws Exception {
    try (TcpProxy proxy = broker().openProxy();
        Admin behind = Admin.create(Map.of("bootstrap.servers", proxy.address()))) {
      var node = behind.describeCluster().nodes().get(20, TimeUnit.SECONDS).iterator().next();
      assertThat(node.port()).isEqualTo(proxy.port()).isNotEqualTo(broker().port());
      assertThat(proxy.connections()).isPositive();

      proxy.stall();
      var names = behind.listTopics().names();
      assertThatThrownBy(() -> names.get(500, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThat(broker().topics()).isNotNull(); // everybody else still gets an answer

      proxy.restore();
      assertThat(names.get(20, TimeUnit.SECONDS)).isNotNull();
    }
  }
}
