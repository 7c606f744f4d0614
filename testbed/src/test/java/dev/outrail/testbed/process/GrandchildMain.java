package dev.outrail.testbed.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Starts a process that leaves one of its own behind, says which, and waits to be killed. */
final class GrandchildMain {

  private GrandchildMain() {}

  public static void main(String[] args) throws InterruptedException {
    Path log = TempFolders.create("grandchild").resolve("log");
    ManagedProcess child =
        ManagedProcess.command(List.of("/bin/sh", "-c", "sleep 120 & echo pid $!"))
            .logFile(log)
            .start();
    child.awaitExit(Duration.ofSeconds(10));
    System.out.println("grand" + child.log().replace("pid", "child").strip());
    Thread.currentThread().join();
  }
}
