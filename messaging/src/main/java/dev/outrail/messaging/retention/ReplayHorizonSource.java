package dev.outrail.messaging.retention;

import java.util.List;

/**
 * Knows how far back some part of the system can deliver events again. Define a bean for each way
 * of your own in which old events come back.
 */
@FunctionalInterface
public interface ReplayHorizonSource {

  /**
   * Asks; may take seconds.
   *
   * @throws HorizonUnknownException if it cannot be known now
   */
  List<ReplayHorizon> read() throws HorizonUnknownException;
}
