package dev.outrail.testbed.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link ManagedProcess} is to run. Not thread-safe. */
public final class ManagedProcessBuilder {
  private final boolean java;
  private final List<String> program;
  private final List<String> jvmArgs = new ArrayList<>();
  private final List<String> args = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private String name;
  private @Nullable Path folder;
  private @Nullable Path logFile;

  private ManagedProcessBuilder(boolean java, List<String> program, String name) {
    this.java = java;
    this.program = List.copyOf(program);
    this.name = name;
  }

  static ManagedProcessBuilder java(List<String> program) {
    return new ManagedProcessBuilder(true, program, "java");
  }

  static ManagedProcessBuilder program(List<String> command) {
    return new ManagedProcessBuilder(
        false, command, Path.of(command.get(0)).getFileName().toString());
  }

  /** The name for messages and for the default log file. */
  public ManagedProcessBuilder name(String name) {
    this.name = name;
    return this;
  }

  /** Arguments of the JVM, such as {@code -Xmx256m}; only where this is a JVM. */
  public ManagedProcessBuilder jvmArgs(String... jvmArgs) {
    return jvmArgs(List.of(jvmArgs));
  }

  public ManagedProcessBuilder jvmArgs(List<String> jvmArgs) {
    if (!java && !jvmArgs.isEmpty()) {
      throw new IllegalArgumentException(
          name + " is no JVM, it takes no JVM arguments: " + jvmArgs);
    }
    this.jvmArgs.addAll(jvmArgs);
    return this;
  }

  /** Arguments of the program. */
  public ManagedProcessBuilder args(String... args) {
    return args(List.of(args));
  }

  public ManagedProcessBuilder args(List<String> args) {
    this.args.addAll(args);
    return this;
  }

  /** A variable on top of this JVM's own environment. */
  public ManagedProcessBuilder environment(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  public ManagedProcessBuilder environment(Map<String, String> variables) {
    environment.putAll(variables);
    return this;
  }

  /** The working folder, made when missing; without it, this JVM's. */
  public ManagedProcessBuilder folder(Path folder) {
    this.folder = folder;
    return this;
  }

  /**
   * Where stdout and stderr go, appended; without it, {@code NAME.log} in a temp folder that goes
   * with this JVM.
   */
  public ManagedProcessBuilder logFile(Path logFile) {
    this.logFile = logFile;
    return this;
  }

  /** The process, not started yet. */
  public ManagedProcess build() {
    var command = new ArrayList<String>();
    if (java) {
      command.add(javaExecutable());
      command.addAll(jvmArgs);
    }
    command.addAll(program);
    command.addAll(args);
    Path log = logFile != null ? logFile : TempFolders.create("log").resolve(name + ".log");
    return new ManagedProcess(name, command, environment, folder, log);
  }

  /** {@link #build()} and {@link ManagedProcess#start()}. */
  public ManagedProcess start() {
    return build().start();
  }

  static String javaExecutable() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
