package dev.outrail.launch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a mall is started with.
 *
 * @param sampleData whether the databases get the sample orders and stock
 * @param settings more arguments, by module ({@code order-app}), each {@code --key=value}; they
 *     replace the usual ones of the same key
 */
public record MallOptions(boolean sampleData, Map<String, List<String>> settings) {

  public MallOptions {
    settings = Map.copyOf(settings);
  }

  /** With sample orders and stock. */
  public static MallOptions withSampleData() {
    return new MallOptions(true, Map.of());
  }

  /** Without orders and stock. */
  public static MallOptions empty() {
    return new MallOptions(false, Map.of());
  }

  /** The same with more arguments for a module. */
  public MallOptions with(String module, String... arguments) {
    Map<String, List<String>> more = new HashMap<>(settings);
    more.merge(module, List.of(arguments), MallOptions::concat);
    return new MallOptions(sampleData, more);
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
