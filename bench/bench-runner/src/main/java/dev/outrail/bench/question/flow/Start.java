package dev.outrail.bench.question.flow;

import dev.outrail.launch.Mall;
import dev.outrail.launch.MallClient;
import dev.outrail.launch.ProviderNotices;
import java.util.List;
import java.util.function.LongPredicate;

/** The REST call that a payment begins with. */
enum Start {
  /**
   * The shop's front end: {@code POST /pay/order}, with a provider that collects nothing and calls
   * back at once. The call of order-app and that of the provider are on the way.
   */
  SHOP(""),
  /** The provider's signed notice for a payment that exists: from money to stock. */
  NOTICE("notice, ");

  private final String prefix;

  Start(String prefix) {
    this.prefix = prefix;
  }

  String scenario(int rate) {
    return prefix + rate + "/s";
  }

  /** Pays an order by its number, and says whether that was accepted. */
  LongPredicate payer(Mall mall) {
    return switch (this) {
      case SHOP -> {
        MallClient client = new MallClient(mall, MallOrders.USER);
        yield orderId -> client.pay(List.of(orderId)).status() == 200;
      }
      case NOTICE -> {
        ProviderNotices provider = new ProviderNotices(mall);
        yield orderId ->
            provider.confirm(MallOrders.FIRST_PAY_ID + orderId, MallOrders.total(orderId)) == 200;
      }
    };
  }
}
