package dev.outrail.testbed;

import java.nio.file.Path;

/** Starts a testbed, freezes its MySQL, says so, and waits to be killed. */
public final class KilledTestbedMain {

  private KilledTestbedMain() {}

  @SuppressWarnings("resource") // that it is not closed is the point
  public static void main(String[] args) throws InterruptedException {
    Testbed testbed = Testbed.start();
    testbed.mysql().pause();
    Path folder = ((RunningTestbed) testbed).folder();
    System.out.println("folder " + folder);
    System.out.println("ready");
    Thread.currentThread().join();
  }
}
