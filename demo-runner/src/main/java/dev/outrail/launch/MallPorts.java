package dev.outrail.launch;

import dev.outrail.testbed.process.FreePorts;

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

  private static int orFree(int usual) {
    return FreePorts.isFree(usual) ? usual : FreePorts.reserve();
  }
}
