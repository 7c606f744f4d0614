package dev.outrail.bench.result;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was measured of one metric in the rounds of a run; at least once.
 *
 * @param byRound the value in each round
 */
public record Figures(SortedMap<Integer, Double> byRound) {

  public Figures {
    if (byRound.isEmpty()) {
      throw new IllegalArgumentException("No round was measured");
    }
    byRound = Collections.unmodifiableSortedMap(new TreeMap<>(byRound));
  }

  /** Of rounds 1, 2, … */
  public static Figures of(double... values) {
    SortedMap<Integer, Double> byRound = new TreeMap<>();
    for (double value : values) {
      byRound.put(byRound.size() + 1, value);
    }
    return new Figures(byRound);
  }

  public int rounds() {
    return byRound.size();
  }

  public double median() {
    return quantile(0.5);
  }

  public double min() {
    return quantile(0);
  }

  public double max() {
    return quantile(1);
  }

  public double sum() {
    return byRound.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** How far the rounds lie apart; 0 for a single one. */
  public double spread() {
    return max() - min();
  }

  /** Between two values it is in proportion: the median of 1 and 2 is 1.5. */
  public double quantile(double share) {
    double[] sorted = byRound.values().stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    double place = share * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    return sorted[below] == sorted[above]
        ? sorted[below]
        : sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** This divided by the other in each round that has both; they ran one after the other there. */
  public List<Double> ratiosTo(Figures other) {
    List<Double> ratios = new ArrayList<>();
    byRound.forEach(
        (round, value) -> {
          Double otherValue = other.byRound.get(round);
          if (otherValue != null) {
            ratios.add(value / otherValue);
          }
        });
    return ratios;
  }
}
