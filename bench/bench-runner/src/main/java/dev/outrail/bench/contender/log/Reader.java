package dev.outrail.bench.contender.log;

import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Scene;
import dev.outrail.testbed.process.ManagedProcess;

/** How the process is started that reads the binlog. */
interface Reader {

  /**
   * Starts it; it may take a while until it reads.
   *
   * @param gtids all transactions before those that are to be read
   * @param serverId its id among the server's replicas
   * @param port of 127.0.0.1, for what it serves
   */
  ManagedProcess start(Scene scene, Mode mode, String gtids, long serverId, int port);
}
