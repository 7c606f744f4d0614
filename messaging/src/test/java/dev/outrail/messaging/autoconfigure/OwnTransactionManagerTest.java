package dev.outrail.messaging.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.messaging.outbox.Outbox;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.util.Objects;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.jta.JtaTransactionManager;

class OwnTransactionManagerTest {

  private static final DataSource OURS = new DriverManagerDataSource("jdbc:mysql://localhost:1/a");
  private static final DataSource OTHER = new DriverManagerDataSource("jdbc:mysql://localhost:1/b");

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  DataSourceAutoConfiguration.class,
                  DataSourceTransactionManagerAutoConfiguration.class,
                  KafkaAutoConfiguration.class,
                  MessagingAutoConfiguration.class));

  private final ApplicationContextRunner withOurs =
      application.withBean("ours", DataSource.class, () -> OURS, it -> it.setPrimary(true));

  @Test
  void ofSeveralManagersTheOneOfTheOutboxsDataSourceIsTaken() {
    withOurs
        .withBean("other", DataSource.class, () -> OTHER)
        .withBean("another's", JdbcTransactionManager.class, () -> managerOf(OTHER))
        .withBean(
            "own",
            JdbcTransactionManager.class,
            () -> managerOf(new TransactionAwareDataSourceProxy(OURS)))
        .run(context -> assertTakes(context, "own"));
    application
        .withPropertyValues(
            "spring.datasource.url=jdbc:mysql://localhost:1/a",
            "spring.kafka.producer.transaction-id-prefix=tx-")
        .run(context -> assertTakes(context, "transactionManager"));
  }

  @Test
  void ofSeveralOfItsOwnThePrimaryOneIsTakenAndElseTheyAreNamedWithTheRemedy() {
    ApplicationContextRunner two =
        withOurs
            .withBean("first", JdbcTransactionManager.class, () -> managerOf(OURS))
            .withBean("unrelated", String.class, () -> "the application starts");

    two.withBean(
            "second",
            JdbcTransactionManager.class,
            () -> managerOf(OURS),
            it -> it.setPrimary(true))
        .run(context -> assertTakes(context, "second"));
    two.withBean("second", JdbcTransactionManager.class, () -> managerOf(OURS))
        .run(
            context -> {
              FailureAnalysis told = analysis(context, Inbox.class);
              assertThat(told.getDescription()).contains("'first', 'second'");
              assertThat(told.getAction()).contains("@Primary").contains("new JdbcInbox(");
            });
  }

  @Test
  void aManagerThatDoesNotTellIsTakenIfItIsTheOnlyOne() {
    withOurs
        .withBean("wrapping", PlatformTransactionManager.class, SilentManager::new)
        .withBean("another's", JdbcTransactionManager.class, () -> managerOf(OTHER))
        .run(context -> assertTakes(context, "wrapping"));
    withOurs
        .withBean("wrapping", PlatformTransactionManager.class, SilentManager::new)
        .withBean("too", PlatformTransactionManager.class, SilentManager::new)
        .run(
            context ->
                assertThat(analysis(context, Inbox.class).getDescription())
                    .contains("'wrapping' does not tell its data source"));
  }

  @Test
  void withoutAManagerOfItsOwnTheOutboxIsThereAndAnInboxThatIsAskedForSaysWhatIsMissing() {
    withOurs
        .withBean("another's", JdbcTransactionManager.class, () -> managerOf(OTHER))
        .run(
            context -> {
              assertThat(context).hasNotFailed().hasSingleBean(Outbox.class);
              FailureAnalysis told = analysis(context, Inbox.class);
              assertThat(told.getDescription()).contains("'another's' works on something else");
              assertThat(told.getAction()).contains("JdbcTransactionManager");
            });
  }

  @Test
  void aManagerOfJtaIsRefusedByName() {
    withOurs
        .withBean(
            "jta",
            PlatformTransactionManager.class,
            () -> new JtaTransactionManager(new NoTransaction()))
        .run(
            context ->
                assertThat(analysis(context, Inbox.class).getDescription())
                    .contains("'jta' is one of JTA, which is not supported"));
  }

  @Test
  void whoAsksForAnOutboxThatIsNotThereIsToldWhy() {
    application
        .withBean("ours", DataSource.class, () -> OURS)
        .withBean("other", DataSource.class, () -> OTHER)
        .run(
            context -> {
              FailureAnalysis told = analysis(context, Outbox.class);
              assertThat(told.getDescription()).contains("several data sources");
              assertThat(told.getAction()).contains("@Primary");
            });
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(MessagingAutoConfiguration.class))
        .run(
            context ->
                assertThat(analysis(context, Inbox.class).getAction())
                    .contains("spring.datasource.url")
                    .contains("R2DBC"));
  }

  @Test
  void beansOfOtherKindsMayHaveTheNamesOutboxAndInbox() {
    withOurs
        .withBean("own", JdbcTransactionManager.class, () -> managerOf(OURS))
        .withBean("outbox", String.class, () -> "mail")
        .withBean("inbox", String.class, () -> "mail")
        .run(context -> assertThat(context).hasSingleBean(Outbox.class).hasSingleBean(Inbox.class));
  }

  private static JdbcTransactionManager managerOf(DataSource dataSource) {
    return new JdbcTransactionManager(dataSource);
  }

  private static void assertTakes(ApplicationContext context, String manager) {
    assertThat(context.getBean(Inbox.class)).isInstanceOf(JdbcInbox.class);
    ListableBeanFactory beans = (ListableBeanFactory) context.getAutowireCapableBeanFactory();
    assertThat(OwnTransactionManager.of(context.getBean(DataSource.class), beans))
        .isSameAs(context.getBean(manager));
  }

  /** As Spring Boot makes it when the application does not start. */
  private static FailureAnalysis analysis(ApplicationContext context, Class<?> asked) {
    Throwable failure = catchThrowable(() -> context.getBean(asked));
    assertThat(failure).as("asked for %s", asked).isNotNull();
    return SpringFactoriesLoader.forDefaultResourceLocation()
        .load(
            FailureAnalyzer.class,
            ArgumentResolver.of(BeanFactory.class, context.getAutowireCapableBeanFactory())
                .and(Environment.class, context.getEnvironment()),
            (type, name, notOnTheClassPath) -> {})
        .stream()
        .map(analyzer -> analyzer.analyze(failure))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  private static final class SilentManager implements PlatformTransactionManager {

    @Override
    public TransactionStatus getTransaction(TransactionDefinition definition) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void commit(TransactionStatus status) {}

    @Override
    public void rollback(TransactionStatus status) {}
  }

  private static final class NoTransaction implements UserTransaction {

    @Override
    public void begin() {}

    @Override
    public void commit() {}

    @Override
    public void rollback() {}

    @Override
    public void setRollbackOnly() {}

    @Override
    public int getStatus() {
      return Status.STATUS_NO_TRANSACTION;
    }

    @Override
    public void setTransactionTimeout(int seconds) {}
  }
}
