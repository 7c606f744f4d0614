package dev.outrail.demo;

import dev.outrail.launch.Mall;
import dev.outrail.launch.MallOptions;
import dev.outrail.launch.MallPorts;
import dev.outrail.testbed.Testbed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts everything, submits a purchase of the demo user, pays its two orders, and shows each
 * effect.
 */
@Command(
    name = "demo",
    description = "Starts the whole mall, submits and pays two orders, shows each hop.",
    mixinStandardHelpOptions = true)
public final class Demo implements Callable<Integer> {

  private static final long DEMO_USER = 7;
  private static final long NEXT_ORDER = 1001;

  @Option(names = "--once", description = "check every effect and end, instead of staying")
  private boolean once;

  private final CountDownLatch stopped = new CountDownLatch(1);

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Demo())
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  System.err.println("The demo could not go on: " + failure.getMessage());
                  return 1;
                })
            .execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Steps steps = new Steps(System.out);
    Path folder = Files.createTempDirectory("outrail-demo");
    Running running = new Running();
    Thread ending = new Thread(() -> end(running, steps), "demo-end");
    Runtime.getRuntime().addShutdownHook(ending);

    steps.begin("Starting MySQL and Kafka");
    Testbed testbed = running.add(Testbed.start());
    steps.done(
        "MySQL %s on port %d, Kafka on %s"
            .formatted(
                testbed.mysql().version(),
                testbed.mysql().port(),
                testbed.kafka().bootstrapServers()));

    steps.begin("Starting outbox-relay, order-app, stock-app and payment-app");
    MallPorts ports = MallPorts.usualOrFree();
    ports.replacements().forEach(line -> steps.say("  " + line));
    Mall mall = running.add(Mall.on(testbed, ports, folder, MallOptions.withSampleData()));
    mall.start();
    steps.done("all four are ready");

    PaymentWalk walk = new PaymentWalk(testbed, mall, DEMO_USER, steps);
    List<String> missing = walk.pay(walk.submit());
    if (!missing.isEmpty()) {
      steps.say("Not everything arrived; logs are in " + folder);
      missing.forEach(what -> steps.say("  missing: " + what));
      return 1;
    }
    if (once) {
      steps.say("Every effect is there, once.");
      return 0;
    }
    new Signpost(testbed, mall, steps).show(walk.token(), NEXT_ORDER);
    stopped.await();
    return 0;
  }

  private void end(Running running, Steps steps) {
    steps.say("");
    steps.say("Stopping everything ...");
    running.close();
    stopped.countDown();
  }

  /** What was started, ended in reverse order; also what starts while it ends. */
  private static final class Running {
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    synchronized <T extends AutoCloseable> T add(T each) {
      started.push(each);
      return each;
    }

    synchronized void close() {
      while (!started.isEmpty()) {
        try {
          started.pop().close();
        } catch (Exception e) {
          System.err.println("while stopping: " + e.getMessage());
        }
      }
    }
  }
}
