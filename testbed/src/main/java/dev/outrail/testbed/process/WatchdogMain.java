package dev.outrail.testbed.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The watchdog process. Reads from stdin what to watch; when stdin ends, its JVM is gone:
 *
 * <ol>
 *   <li>SIGKILL to every pid that was told and not taken back, if the process has the start time
 *       that was told (a pid may have been given to a stranger since); this ends SIGSTOPped ones
 *       too;
 *   <li>SIGKILL to whatever carries the mark in its environment (Linux), until two looks in a row
 *       find nothing;
 *   <li>run the commands that were told;
 *   <li>delete the folders.
 * </ol>
 *
 * <p>This class is copied out and run alone: it must not need any other class of the project,
 * nested ones included.
 */
final class WatchdogMain {
  static final String WATCH = "W ";
  static final String FORGET = "F ";
  static final String DELETE = "D ";
  static final String RUN = "R ";

  private static final long CLOCK_TOLERANCE_MILLIS = 2_000;
  private static final int LOOKS = 40;

  private WatchdogMain() {}

  public static void main(String[] args) throws IOException {
    Map<Long, Long> startOfPid = new HashMap<>();
    Set<Path> folders = new HashSet<>();
    List<List<String>> commands = new ArrayList<>();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String rest = line.substring(2);
      if (line.startsWith(WATCH)) {
        String[] pidAndStart = rest.split(" ", 2);
        startOfPid.put(Long.valueOf(pidAndStart[0]), Long.valueOf(pidAndStart[1]));
      } else if (line.startsWith(FORGET)) {
        startOfPid.remove(Long.valueOf(rest));
      } else if (line.startsWith(DELETE)) {
        folders.add(Path.of(rest));
      } else if (line.startsWith(RUN)) {
        commands.add(List.of(rest.split("\t")));
      }
    }
    startOfPid.forEach(WatchdogMain::killIfSame);
    killMarked(args[0]);
    commands.forEach(WatchdogMain::run);
    folders.forEach(WatchdogMain::delete);
  }

  /** When a process was started; 0 where the system doesn't say. */
  static long startMillis(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static void killIfSame(long pid, long startMillis) {
    ProcessHandle.of(pid)
        .filter(process -> Math.abs(startMillis(process) - startMillis) <= CLOCK_TOLERANCE_MILLIS)
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  private static void killMarked(String mark) {
    String entry = "OUTRAIL_TESTBED_MARK=" + mark;
    int quietLooks = 0;
    for (int look = 0; look < LOOKS && quietLooks < 2; look++) {
      List<ProcessHandle> marked = marked(entry);
      marked.forEach(ProcessHandle::destroyForcibly);
      quietLooks = marked.isEmpty() ? quietLooks + 1 : 0;
      LockSupport.parkNanos(50_000_000);
    }
  }

  private static List<ProcessHandle> marked(String entry) {
    var found = new ArrayList<ProcessHandle>();
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      all.filter(process -> environment(process.pid()).contains(entry)).forEach(found::add);
    }
    return found;
  }

  private static String environment(long pid) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(pid), "environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // not ours to read, gone meanwhile, or no such file system here
    }
  }

  private static void run(List<String> command) {
    try {
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(30, TimeUnit.SECONDS);
    } catch (IOException e) {
      return; // no such command here
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void delete(Path folder) {
    for (int attempt = 0; attempt < 20 && Files.exists(folder); attempt++) {
      try (Stream<Path> tree = Files.walk(folder)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      } catch (IOException | RuntimeException e) {
        LockSupport.parkNanos(50_000_000); // a killed process may still be letting go of its files
      }
    }
  }
}
