package dev.outrail.testbed.kafka;

import dev.outrail.testbed.network.TcpProxy;
import dev.outrail.testbed.process.Server;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;

/** A broker, wherever it runs, together with the way to administer it. */
record AccessibleKafka(Server server, KafkaAccess access, Supplier<TcpProxy> proxy)
    implements KafkaBroker {

  @Override
  public void start() {
    server.start();
  }

  @Override
  public void stop() {
    server.stop();
  }

  @Override
  public void kill() {
    server.kill();
  }

  @Override
  public void pause() {
    server.pause();
  }

  @Override
  public void resume() {
    server.resume();
  }

  @Override
  public boolean isRunning() {
    return server.isRunning();
  }

  @Override
  public void discard() {
    server.discard();
  }

  @Override
  public String bootstrapServers() {
    return access.bootstrapServers();
  }

  @Override
  public int port() {
    return access.port();
  }

  @Override
  public void createTopic(String name, int partitions, Map<String, String> config) {
    access.createTopic(name, partitions, config);
  }

  @Override
  public Set<String> topics() {
    return access.topics();
  }

  @Override
  public TcpProxy openProxy() {
    return proxy.get();
  }

  @Override
  public Admin admin() {
    return access.admin();
  }

  @Override
  public String toString() {
    return "Kafka on port " + access.port();
  }
}
