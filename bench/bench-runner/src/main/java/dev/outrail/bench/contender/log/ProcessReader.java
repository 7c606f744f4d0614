package dev.outrail.bench.contender.log;

import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.contender.Servers;
import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.BinlogArgs;
import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.process.ManagedProcess;
import java.util.Map;
import java.util.TreeMap;

/**
 * A reader in a process of ours, whose jar takes {@link BinlogArgs}.
 *
 * @param module below {@code bench}
 * @param name which of the readers in it
 * @param where what it is told of the run, beside {@link BinlogArgs}
 * @param tuning settings with the prefixes of {@link BinlogArgs}
 */
record ProcessReader(String module, String name, Where where, ByMode tuning) implements Reader {

  @FunctionalInterface
  interface Where {
    Map<String, String> arguments(Scene scene, long serverId);
  }

  @Override
  public ManagedProcess start(Scene scene, Mode mode, String gtids, long serverId, int port) {
    MySqlServer mysql = scene.servers().mysql();
    BinlogArgs binlog =
        new BinlogArgs(
            name,
            mysql.host(),
            mysql.port(),
            mysql.rootUser(),
            mysql.rootPassword(),
            scene.databases(),
            gtids,
            serverId);
    Map<String, String> args = new TreeMap<>(binlog.values());
    args.put(BenchArgs.KAFKA, scene.servers().kafka().bootstrapServers());
    args.put(BenchArgs.TOPIC, scene.topic());
    args.put(BenchArgs.PORT, Integer.toString(port));
    args.putAll(where.arguments(scene, serverId));
    args.putAll(tuning.of(mode));
    return Servers.process(scene, module)
        .args(
            args.entrySet().stream()
                .map(arg -> "--" + arg.getKey() + "=" + arg.getValue())
                .toList())
        .start();
  }
}
