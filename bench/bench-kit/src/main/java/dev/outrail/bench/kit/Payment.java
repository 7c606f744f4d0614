package dev.outrail.bench.kit;

/**
 * One payment of the load: its event is all that a reader sees of it, so it carries what is needed
 * to count what was lost, repeated or overtaken.
 *
 * @param seq its number, unique and without gaps in one run; payments of one key are committed in
 *     the order of their numbers
 * @param key the record key
 * @param note filler that gives the event its size
 */
public record Payment(long seq, long key, String note) {

  private static final int FRAME = 40;

  /**
   * @param bytes about how large its event is to be
   */
  public static Payment of(long seq, long keys, int bytes) {
    return new Payment(seq, seq % keys, "x".repeat(Math.max(0, bytes - FRAME)));
  }

  /** The event's payload; whoever serializes the record with Jackson gets the same text. */
  public String json() {
    return "{\"seq\":" + seq + ",\"key\":" + key + ",\"note\":\"" + note + "\"}";
  }
}
