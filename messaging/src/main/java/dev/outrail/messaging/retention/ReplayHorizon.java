package dev.outrail.messaging.retention;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far back something can deliver events again.
 *
 * @param kind how it adds up with others
 * @param what for people, such as {@code "topic order-notify keeps records for PT168H"}
 * @param reach how old what it delivers can be; null if there is no bound
 */
public record ReplayHorizon(Kind kind, String what, @Nullable Duration reach) {

  /** At which step of its way an event is met again. */
  public enum Kind {
    /** It is published anew, into a topic that keeps it from then on. */
    PUBLISHED_AGAIN,
    /** It is in a topic, or in something else that a consumer reads, since it was published. */
    KEPT,
    /** Its consumer has not read it yet; gets less by itself while the application works. */
    UNREAD
  }

  /**
   * One that publishes events anew: what it publishes can come as old as that and as {@link #kept}
   * together.
   */
  public static ReplayHorizon publishedAgain(String what, @Nullable Duration reach) {
    return new ReplayHorizon(Kind.PUBLISHED_AGAIN, what, reach);
  }

  /** One that keeps what was published. */
  public static ReplayHorizon kept(String what, @Nullable Duration reach) {
    return new ReplayHorizon(Kind.KEPT, what, reach);
  }

  static ReplayHorizon unread(String what, Duration reach) {
    return new ReplayHorizon(Kind.UNREAD, what, reach);
  }
}
