package dev.outrail.bench.question.apply;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * In which order payments' events come to a consumer: each once, by ascending number, and some of
 * them once more. The same at each call.
 *
 * @param numbers of the payments
 * @param payments how many different ones, from number 0 on
 */
record Deliveries(List<Long> numbers, int payments) {

  /** A second delivery comes less than so many payments behind the first. */
  private static final int BEHIND = 2_000;

  private static final int PLACE = 33;
  private static final long SECOND = 1L << 32;
  private static final long NUMBER = SECOND - 1;
  private static final long SEED = 6;

  Deliveries {
    numbers = List.copyOf(numbers);
  }

  /**
   * @param percentTwice how many of the payments come twice
   */
  static Deliveries of(int payments, int percentTwice) {
    Random random = new Random(SEED);
    long[] keys = new long[2 * payments];
    int size = 0;
    for (int number = 0; number < payments; number++) {
      keys[size++] = (long) number << PLACE | number;
      if ((number + 1L) * percentTwice / 100 > (long) number * percentTwice / 100) {
        keys[size++] = (long) (number + random.nextInt(BEHIND)) << PLACE | SECOND | number;
      }
    }
    Arrays.sort(keys, 0, size);
    return new Deliveries(
        Arrays.stream(keys, 0, size).map(key -> key & NUMBER).boxed().toList(), payments);
  }

  int size() {
    return numbers.size();
  }
}
