package dev.outrail.bench.question.flow;

import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.Usage;
import dev.outrail.launch.Mall;
import dev.outrail.testbed.process.ManagedProcess;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the mall's processes and the database have used so far, by name. */
record MallUsage(Map<String, Usage> byName) {

  static MallUsage of(Mall mall, Database database) {
    Map<String, Usage> usages = new TreeMap<>();
    usages.put("relay", of(mall.relayProcess()));
    usages.put("payment_app", of(mall.paymentProcess()));
    usages.put("order_app", of(mall.orderProcess()));
    usages.put("stock_app", of(mall.stockProcess()));
    if (database.tellsUsage()) {
      usages.put("mysqld", database.usage());
    }
    return new MallUsage(usages);
  }

  private static Usage of(ManagedProcess process) {
    return Usage.of(List.of(process));
  }

  /** In percent of one core, since then. */
  Map<String, Double> percentSince(MallUsage before) {
    Map<String, Double> percent = new TreeMap<>();
    byName.forEach(
        (name, usage) -> {
          Usage then = before.byName.get(name);
          if (then != null) {
            percent.put(name, usage.cpuPercentSince(then));
          }
        });
    return percent;
  }
}
