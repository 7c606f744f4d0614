package dev.outrail.relay.capture;

import org.jspecify.annotations.Nullable;

/**
 * A GTID set whose text is made only if somebody asks for it: a backlog has one such set for each
 * transaction, and only the last of a run is ever written down. Immutable; any thread may ask.
 */
public final class Completed {

  private final String before;
  private final long last;
  private final String after;
  private final @Nullable String next;
  private volatile @Nullable String text;

  private Completed(
      String before, long last, String after, @Nullable String next, @Nullable String text) {
    this.before = before;
    this.last = last;
    this.after = after;
    this.next = next;
    this.text = text;
  }

  /** A set that is written down already. */
  public static Completed of(String text) {
    return new Completed(text, 0, "", null, text);
  }

  /**
   * A set of which one number may still grow.
   *
   * @param before the text before that number
   * @param after the text behind it
   * @param next a transaction that is known not to be in the set
   */
  static Completed growing(String before, long last, String after, String next) {
    return new Completed(before, last, after, next, null);
  }

  /** The set as MySQL writes it, on one line. */
  public String text() {
    String made = text;
    if (made == null) {
      made = before + last + after;
      text = made;
    }
    return made;
  }

  /** Whether a transaction is in the set. */
  public boolean contains(String gtid) {
    return !gtid.equals(next) && GtidSets.contains(text(), gtid);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Completed set && set.text().equals(text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }
}
