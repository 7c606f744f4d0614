package dev.outrail.launch;

import dev.outrail.testbed.process.FreePorts;
import java.util.ArrayList;
import java.util.List;

/** Where the four processes listen. */
public record MallPorts(int payment, int order, int stock, int relay) {

  private static final MallPorts USUAL = new MallPorts(8126, 8106, 8116, 8190);

  /** Ports that nobody uses. */
  public static MallPorts free() {
    return new MallPorts(
        FreePorts.reserve(), FreePorts.reserve(), FreePorts.reserve(), FreePorts.reserve());
  }

  /** The documented ports, each replaced by a free one where it is taken. */
  public static MallPorts usualOrFree() {
    return new MallPorts(
        orFree(USUAL.payment), orFree(USUAL.order), orFree(USUAL.stock), orFree(USUAL.relay));
  }

  /** A line for each documented port that is not used, because it was taken. */
  public List<String> replacements() {
    List<String> lines = new ArrayList<>();
    replacement(lines, "payment-app", USUAL.payment, payment);
    replacement(lines, "order-app", USUAL.order, order);
    replacement(lines, "stock-app", USUAL.stock, stock);
    replacement(lines, "outbox-relay", USUAL.relay, relay);
    return lines;
  }

  private static void replacement(List<String> lines, String name, int usual, int actual) {
    if (actual != usual) {
      lines.add("port %d is taken, %s listens on %d instead".formatted(usual, name, actual));
    }
  }

  private static int orFree(int usual) {
    return FreePorts.isFree(usual) ? usual : FreePorts.reserve();
  }
}
