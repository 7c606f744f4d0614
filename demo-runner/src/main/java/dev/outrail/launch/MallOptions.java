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
 * @param jvmArgs of all processes, behind the usual ones, which are for a quick start
 */
public record MallOptions(
    boolean sampleData, Map<String, List<String>> settings, List<String> jvmArgs) {

  public MallOptions {
    settings = Map.copyOf(settings);
    jvmArgs = List.copyOf(jvmArgs);
  }

  /** With sample orders and stock. */
  public static MallOptions withSampleData() {
    return new MallOptions(true, Map.of(), List.of());
  }

  /** Without orders and stock. */
  public static MallOptions empty() {
    return new MallOptions(false, Map.of(), List.of());
  }

  /** The same with more arguments for a module. */
  public MallOptions with(String module, String... arguments) {
    Map<String, List<String>> more = new HashMap<>(settings);
    more.merge(module, List.of(arguments), MallOptions::concat);
    return new MallOptions(sampleData, more, jvmArgs);
  }

  /** The same with more arguments for the JVMs. */
  public MallOptions withJvmArgs(String... arguments) {
    return new MallOptions(sampleData, settings, concat(jvmArgs, List.of(arguments)));
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
