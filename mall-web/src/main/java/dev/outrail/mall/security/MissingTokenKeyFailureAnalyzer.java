package dev.outrail.mall.security;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says it in two lines instead of a stack trace. */
final class MissingTokenKeyFailureAnalyzer
    extends AbstractFailureAnalyzer<MissingTokenKeyException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, MissingTokenKeyException cause) {
    return new FailureAnalysis(
        MissingTokenKeyException.WHAT, MissingTokenKeyException.REMEDY, cause);
  }
}
