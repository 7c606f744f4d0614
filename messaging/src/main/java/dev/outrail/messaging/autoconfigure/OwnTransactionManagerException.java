package dev.outrail.messaging.autoconfigure;

import java.util.Collection;
import java.util.List;

/** Which transaction manager begins the inbox's transactions cannot be told. */
final class OwnTransactionManagerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final String BY_HAND =
      "define the inbox yourself: @Bean Inbox inbox() { return new JdbcInbox(dataSource, transactionManager); }";

  private final String what;
  private final String remedy;

  private OwnTransactionManagerException(String what, String remedy) {
    super(what + ". " + remedy);
    this.what = what;
    this.remedy = remedy;
  }

  static OwnTransactionManagerException none(List<String> others) {
    return new OwnTransactionManagerException(
        "Outrail's inbox needs a transaction manager of the application's (primary) data source, and there is none"
            + (others.isEmpty()
                ? "; a reactive one, as R2DBC's, does not do"
                : ": " + String.join(", ", others)),
        "Define a JdbcTransactionManager, or a JpaTransactionManager, of that data source; where one is there that does not tell its data source, "
            + BY_HAND);
  }

  static OwnTransactionManagerException several(Collection<String> names) {
    return new OwnTransactionManagerException(
        "Outrail's inbox needs one transaction manager, and the application's (primary) data source has several: '%s'"
            .formatted(String.join("', '", names)),
        "Mark the one that your effects use as @Primary, or " + BY_HAND);
  }

  /** One sentence without its remedy. */
  String what() {
    return what;
  }

  String remedy() {
    return remedy;
  }
}
