#!/usr/bin/env bash
# Spring Modulith does not send an @Externalized event that is published outside a transaction or after the commit; it stores it
# all the same, as if it were about to, or, with a pool whose connections are not in auto-commit mode, not even that.
#
# Seen with: spring-modulith-starter-jdbc 2.1.1, spring-boot-starter-jdbc 4.1.2, H2 2.4.240, Java 17. The transport is a list.
# Each event is published once, by the four ways in the first column; the third and fourth columns are event_publication with
# spring.datasource.hikari.auto-commit at true (default) and at false. No line is logged at WARN or above.
# One would expect an error, or that the publication log makes up for it, as it does when the broker is away. The listener that
# sends is a transactional one: without a transaction that is yet to commit it is never called. What a method publishes that
# runs after the commit is written with the connection of the transaction that is over: a pool in auto-commit mode keeps it, as
# the connection goes back to that mode, any other rolls it back.
#
# Whom it hurts: who publishes from a @TransactionalEventListener, from a scheduled or a web method without @Transactional.
# What to do: publish inside a transaction, @Transactional(propagation = REQUIRES_NEW) or @ApplicationModuleListener on such a
# listener; watch for publications that stay PUBLISHED.
#
# Output seen:
#   in a transaction                 | sent: true  | stored: COMPLETED | stored, no auto-commit: COMPLETED
#   without one                      | sent: false | stored: PUBLISHED | stored, no auto-commit: PUBLISHED
#   by a @TransactionalEventListener | sent: false | stored: PUBLISHED | stored, no auto-commit: no
#   by an @ApplicationModuleListener | sent: true  | stored: COMPLETED | stored, no auto-commit: COMPLETED
#
# Exit status 0 while Spring Modulith still does exactly this, 1 if that has changed.
set -euo pipefail
expected=$(sed -n '/^# Output seen:$/,/^#$/s/^#   //p' "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.springframework.modulith</groupId><artifactId>spring-modulith-starter-jdbc</artifactId><version>2.1.1</version></dependency>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-jdbc</artifactId><version>4.1.2</version></dependency>
    <dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId><version>2.4.240</version></dependency>
  </dependencies>
</project>
POM
mvn --batch-mode -q dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib >/dev/null

cat > Publish.java <<'JAVA'
package shop;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.modulith.events.EventExternalizationConfiguration;
import org.springframework.modulith.events.Externalized;
import org.springframework.modulith.events.support.EventExternalizerModuleListener;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootApplication(proxyBeanMethods = false)
public class Publish {
  static final List<String> WAYS = List.of(
      "in a transaction", "without one", "by a @TransactionalEventListener", "by an @ApplicationModuleListener");
  static final ConcurrentSkipListSet<String> SENT = new ConcurrentSkipListSet<>();

  @Externalized("orders")
  public record OrderPaid(String how) {}

  public record Paid(String listener) {}

  public static void main(String[] none) throws Exception {
    publishAll("true");
    var sent = List.copyOf(SENT);
    publishAll("false");
    for (String way : WAYS) {
      System.out.printf(
          "%-32s | sent: %-5s | stored: %-9s | stored, no auto-commit: %s%n",
          way, sent.contains(way) && SENT.contains(way), stored("true", way), stored("false", way));
    }
  }

  static void publishAll(String autoCommit) throws Exception {
    SENT.clear();
    var application = new SpringApplicationBuilder(Publish.class)
        .properties(
            "spring.main.banner-mode=off",
            "logging.level.root=off",
            "spring.modulith.events.jdbc.schema-initialization.enabled=true",
            "spring.datasource.url=" + url(autoCommit),
            "spring.datasource.username=sa",
            "spring.datasource.hikari.auto-commit=" + autoCommit);
    try (var context = application.run()) {
      var transaction = context.getBean(TransactionTemplate.class);
      transaction.executeWithoutResult(status -> context.publishEvent(new OrderPaid(WAYS.get(0))));
      context.publishEvent(new OrderPaid(WAYS.get(1)));
      transaction.executeWithoutResult(status -> context.publishEvent(new Paid("after commit")));
      transaction.executeWithoutResult(status -> context.publishEvent(new Paid("module")));
      awaitCompleted(4, context.getBean(JdbcTemplate.class));
    }
  }

  /** Waits for what does complete: the two events that are sent, and the two that publish others. */
  static void awaitCompleted(int publications, JdbcTemplate database) throws InterruptedException {
    String completed = "SELECT COUNT(*) FROM event_publication WHERE status = 'COMPLETED'";
    for (int i = 0; i < 600 && database.queryForObject(completed, Integer.class) < publications; i++) {
      Thread.sleep(50);
    }
  }

  static String stored(String autoCommit, String way) {
    var status = new JdbcTemplate(new DriverManagerDataSource(url(autoCommit), "sa", ""))
        .queryForList(
            "SELECT status FROM event_publication WHERE serialized_event = ?", String.class, "{\"how\":\"" + way + "\"}");
    return status.isEmpty() ? "no" : status.get(0);
  }

  static String url(String autoCommit) {
    return "jdbc:h2:mem:" + autoCommit + ";DB_CLOSE_DELAY=-1";
  }

  @Bean
  EventExternalizerModuleListener transport(EventExternalizationConfiguration configuration) {
    return new EventExternalizerModuleListener(configuration, (payload, target) -> {
      SENT.add(((OrderPaid) payload).how());
      return CompletableFuture.completedFuture(null);
    });
  }

  @Bean
  Listeners listeners(ApplicationEventPublisher events) {
    return new Listeners(events);
  }

  static class Listeners {
    private final ApplicationEventPublisher events;

    Listeners(ApplicationEventPublisher events) {
      this.events = events;
    }

    @TransactionalEventListener(condition = "#event.listener == 'after commit'")
    public void afterCommit(Paid event) {
      events.publishEvent(new OrderPaid(WAYS.get(2)));
    }

    @ApplicationModuleListener(condition = "#event.listener == 'module'")
    public void module(Paid event) {
      events.publishEvent(new OrderPaid(WAYS.get(3)));
    }
  }
}
JAVA

javac -parameters -proc:none -cp 'lib/*' -d classes Publish.java 2>log || { cat log >&2; echo "CHANGED: does not compile" >&2; exit 1; }
java -cp 'classes:lib/*' shop.Publish >seen 2>log || { cat log >&2; echo "CHANGED: the program did not end well" >&2; exit 1; }
cat seen
[ "$(cat seen)" = "$expected" ] || { echo "CHANGED: expected" >&2; echo "$expected" >&2; exit 1; }
