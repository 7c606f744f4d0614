package dev.outrail.testbed.process;

import java.nio.file.Path;
import java.util.Arrays;

/** Prints what it was started with. */
final class EchoMain {

  private EchoMain() {}

  public static void main(String[] args) {
    System.out.println("args " + Arrays.toString(args));
    System.out.println("property " + System.getProperty("greeting"));
    System.out.println("variable " + System.getenv("ECHO_VARIABLE"));
    System.out.println("folder " + Path.of("").toAbsolutePath());
  }
}
