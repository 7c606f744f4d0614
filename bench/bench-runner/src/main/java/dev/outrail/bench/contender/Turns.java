package dev.outrail.bench.contender;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * In which order contenders take their turns: in another one in each round, so that nobody always
 * runs behind the same other one; the same in every run.
 */
public final class Turns {

  private Turns() {}

  /**
   * @param round from 1
   */
  public static <T> List<T> inRound(int round, List<T> contenders) {
    List<T> order = new ArrayList<>(contenders);
    Collections.shuffle(order, new Random(round));
    return order;
  }
}
