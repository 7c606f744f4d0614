package dev.outrail.relay.operate;

import dev.outrail.relay.problem.Problem;
import org.jspecify.annotations.Nullable;

/** An operation was not carried out; says why, and what to do instead. */
public final class OperationRefusedException extends RuntimeException {

  /** Why, in the vocabulary of HTTP. */
  public enum Refusal {
    /** What was asked makes no sense. */
    INVALID(400),
    /** There is no event or thing of that id. */
    UNKNOWN_ID(404),
    /** The relay is not the active one, or its state does not allow it now. */
    WRONG_STATE(409),
    /** MySQL or Kafka is not reachable now. */
    NOT_CONNECTED(503),
    /** The relay's thread did not answer in time; whether it took place is open. */
    NO_ANSWER(504);

    private final int httpCode;

    Refusal(int httpCode) {
      this.httpCode = httpCode;
    }

    public int httpCode() {
      return httpCode;
    }
  }

  private final Refusal refusal;
  private final transient Problem problem;
  private final @Nullable String activeAddress;

  public OperationRefusedException(Refusal refusal, String what, String remedy) {
    this(refusal, what, remedy, null);
  }

  private OperationRefusedException(
      Refusal refusal, String what, String remedy, @Nullable String activeAddress) {
    super(what + " Remedy: " + remedy);
    this.refusal = refusal;
    this.problem = new Problem(what, remedy);
    this.activeAddress = activeAddress;
  }

  public static OperationRefusedException invalid(String what, String remedy) {
    return new OperationRefusedException(Refusal.INVALID, what, remedy);
  }

  public static OperationRefusedException unknownId(String what, String remedy) {
    return new OperationRefusedException(Refusal.UNKNOWN_ID, what, remedy);
  }

  public static OperationRefusedException wrongState(String what, String remedy) {
    return new OperationRefusedException(Refusal.WRONG_STATE, what, remedy);
  }

  public static OperationRefusedException notConnected(String what, String remedy) {
    return new OperationRefusedException(Refusal.NOT_CONNECTED, what, remedy);
  }

  public static OperationRefusedException noAnswer(String what, String remedy) {
    return new OperationRefusedException(Refusal.NO_ANSWER, what, remedy);
  }

  /**
   * The answer of a standby.
   *
   * @param activeAddress {@code http://host:port} of the active relay; null if it is not known
   */
  public static OperationRefusedException standby(@Nullable String activeAddress) {
    return new OperationRefusedException(
        Refusal.WRONG_STATE,
        "This relay is a standby; only the active one of its name carries out operations.",
        activeAddress == null
            ? "Ask the active relay; its log and the /status of each relay name the role."
            : "Ask the active relay at " + activeAddress + ".",
        activeAddress);
  }

  public Refusal refusal() {
    return refusal;
  }

  public Problem problem() {
    return problem;
  }

  /** Where to ask instead; null unless a standby knows it. */
  public @Nullable String activeAddress() {
    return activeAddress;
  }
}
