package dev.outrail.mall.api;

import java.io.IOException;

/** A request body that is longer than the application reads. */
final class BodyTooLargeException extends IOException {

  BodyTooLargeException(long limit) {
    super("the body is larger than " + limit + " bytes");
  }
}
