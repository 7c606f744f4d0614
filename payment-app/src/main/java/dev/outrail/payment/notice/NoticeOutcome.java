package dev.outrail.payment.notice;

/** What became of a notice. */
enum NoticeOutcome {
  /** The payment was unpaid and is paid now. */
  CONFIRMED,
  /** It was confirmed before under the same provider's number; nothing changed. */
  REPEATED,
  UNKNOWN_PAYMENT,
  /** Amount or currency are not what was asked for; nothing changed. */
  MONEY_DIFFERS,
  /** It was confirmed before under another number of the provider; nothing changed. */
  CONFIRMED_OTHERWISE;

  /** Whether the provider has money that nobody has been told of. */
  boolean isRefusal() {
    return this != CONFIRMED && this != REPEATED;
  }
}
