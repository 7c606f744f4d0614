package dev.outrail.messaging.inbox;

/**
 * One message of a batch could not be applied. Those before it are applied and committed; of it,
 * and of those behind it, there is nothing.
 */
public final class BatchFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int index;

  /**
   * @param index which message of the batch failed, from 0
   * @param cause what its effect, or the database, threw
   */
  public BatchFailedException(int index, RuntimeException cause) {
    super("Message %d of the batch: %s".formatted(index, cause), cause);
    this.index = index;
  }

  /** Which message of the batch failed, from 0. */
  public int index() {
    return index;
  }
}
