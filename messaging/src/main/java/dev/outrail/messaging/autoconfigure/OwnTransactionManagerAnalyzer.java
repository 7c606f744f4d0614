package dev.outrail.messaging.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Has Spring Boot tell what is wrong with the transaction managers instead of a stack trace. */
final class OwnTransactionManagerAnalyzer
    extends AbstractFailureAnalyzer<OwnTransactionManagerException> {

  @Override
  protected FailureAnalysis analyze(Throwable failure, OwnTransactionManagerException cause) {
    return new FailureAnalysis(cause.what() + ".", cause.remedy(), cause);
  }
}
