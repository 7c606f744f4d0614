package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.jdbc.OpenTransaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;

/** Finds, among an application's transaction managers, the one of the outbox's data source. */
final class OwnTransactionManager {

  private OwnTransactionManager() {}

  /**
   * The one whose data source it is, as those for JDBC, JPA and Hibernate tell; of several, the
   * primary one. One that does not tell is taken if it is the only one left: the inbox asks again
   * at each transaction.
   *
   * @throws OwnTransactionManagerException if there is none, or no single one
   */
  static PlatformTransactionManager of(DataSource dataSource, ListableBeanFactory beans) {
    Map<String, PlatformTransactionManager> all =
        BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, PlatformTransactionManager.class);
    Map<String, PlatformTransactionManager> own = new LinkedHashMap<>();
    Map<String, PlatformTransactionManager> silent = new LinkedHashMap<>();
    List<String> others = new ArrayList<>();
    all.forEach(
        (name, manager) -> {
          DataSource its = dataSourceOf(manager);
          if (manager instanceof JtaTransactionManager) {
            others.add("'%s' is one of JTA, which is not supported".formatted(name));
          } else if (its != null
              && OpenTransaction.targetOf(its) == OpenTransaction.targetOf(dataSource)) {
            own.put(name, manager);
          } else if (its != null || manager instanceof ResourceTransactionManager) {
            others.add("'%s' works on something else".formatted(name));
          } else {
            silent.put(name, manager);
            others.add("'%s' does not tell its data source".formatted(name));
          }
        });
    if (own.isEmpty() && silent.size() == 1) {
      own.putAll(silent);
    }
    if (own.size() > 1) {
      own.keySet().stream()
          .filter(name -> isPrimary(beans, name))
          .findFirst()
          .ifPresent(primary -> own.keySet().retainAll(List.of(primary)));
    }
    if (own.isEmpty()) {
      throw OwnTransactionManagerException.none(others);
    }
    if (own.size() > 1) {
      throw OwnTransactionManagerException.several(own.keySet());
    }
    return own.values().iterator().next();
  }

  /** By its property: that of Spring's managers has no interface in common. */
  private static @Nullable DataSource dataSourceOf(PlatformTransactionManager manager) {
    BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(manager);
    return properties.isReadableProperty("dataSource")
            && properties.getPropertyValue("dataSource") instanceof DataSource its
        ? its
        : null;
  }

  private static boolean isPrimary(ListableBeanFactory beans, String name) {
    return beans instanceof ConfigurableListableBeanFactory factory
        && factory.containsBeanDefinition(name)
        && factory.getMergedBeanDefinition(name).isPrimary();
  }
}
