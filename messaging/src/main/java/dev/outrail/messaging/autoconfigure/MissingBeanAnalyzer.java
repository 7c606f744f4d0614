package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.outbox.Outbox;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says why an application that asks for an outbox or an inbox has none. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MissingBeanAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {

  private final BeanFactory beans;

  MissingBeanAnalyzer(BeanFactory beans) {
    this.beans = beans;
  }

  @Override
  protected @Nullable FailureAnalysis analyze(
      Throwable failure, NoSuchBeanDefinitionException cause) {
    Class<?> type = cause.getResolvableType() == null ? null : cause.getResolvableType().resolve();
    if ((type != Outbox.class && type != Inbox.class)
        || !(beans instanceof ListableBeanFactory listable)) {
      return null;
    }
    String[] sources =
        BeanFactoryUtils.beanNamesForTypeIncludingAncestors(listable, DataSource.class);
    if (sources.length == 0) {
      return new FailureAnalysis(
          "There is no %s, for the application has no DataSource.".formatted(type.getSimpleName()),
          "Set spring.datasource.url. Outrail works on JDBC: where a ConnectionFactory of R2DBC is there, Spring Boot makes neither a DataSource nor a transaction manager of it; define both as beans then (DataSourceBuilder, JdbcTransactionManager).",
          cause);
    }
    return sources.length == 1
        ? null
        : new FailureAnalysis(
            "There is no %s, for the application has several data sources and none is primary: '%s'."
                .formatted(type.getSimpleName(), String.join("', '", sources)),
            "Mark the one with the outbox's tables as @Primary, or define the beans yourself, as JdbcOutbox and JdbcInbox.",
            cause);
  }
}
