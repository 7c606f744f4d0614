package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.messaging.jdbc.OpenTransaction;
import dev.outrail.messaging.outbox.JdbcOutbox;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.tracing.TraceContextSource;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.transaction.ConfigurableTransactionManager;

/**
 * An {@link Outbox} and an {@link Inbox} on the application's data source. With several data
 * sources, mark one as primary or define the beans yourself. Of several transaction managers, the
 * inbox takes that of this data source.
 */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration",
      "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
      // Spring Boot 3
      "org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration",
      "org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration",
      "org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration"
    },
    after = TracingAutoConfiguration.class)
@ConditionalOnSingleCandidate(DataSource.class)
public class MessagingAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  Outbox outrailOutbox(DataSource dataSource, ObjectProvider<TraceContextSource> traceContexts) {
    return new JdbcOutbox(dataSource, traceContexts.getIfAvailable(TraceContextSource::none));
  }

  /** Lazy: without a transaction manager for it, only those fail to start who want an inbox. */
  @Bean
  @Lazy
  @ConditionalOnMissingBean(Inbox.class)
  JdbcInbox outrailInbox(DataSource dataSource, ListableBeanFactory beans) {
    return new JdbcInbox(dataSource, OwnTransactionManager.of(dataSource, beans));
  }

  /** So that an append behind a commit is refused, whichever manager made the transaction. */
  @Bean
  SmartInitializingSingleton outrailTransactionEnds(
      DataSource dataSource, ObjectProvider<ConfigurableTransactionManager> managers) {
    OpenTransaction ends = new OpenTransaction(dataSource);
    return () -> managers.stream().forEach(manager -> manager.addListener(ends));
  }
}
