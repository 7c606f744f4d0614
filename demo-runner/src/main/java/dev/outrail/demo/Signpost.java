package dev.outrail.demo;

import dev.outrail.launch.Mall;
import dev.outrail.testbed.Testbed;
import java.util.List;

/** Tells where everything is and what to try next. */
final class Signpost {

  private final Testbed testbed;
  private final Mall mall;
  private final Steps steps;

  Signpost(Testbed testbed, Mall mall, Steps steps) {
    this.testbed = testbed;
    this.mall = mall;
    this.steps = steps;
  }

  void show(String token, long nextOrder) {
    steps.say("");
    steps.say("Running until Ctrl-C:");
    steps.say("  payment-app   " + mall.paymentUri(""));
    steps.say("  order-app     " + mall.orderUri(""));
    steps.say("  stock-app     " + mall.stockUri(""));
    steps.say("  outbox-relay  " + mall.relayUri("/status") + "  " + mall.relayUri("/metrics"));
    steps.say(
        "  MySQL         %s:%d, user %s, password %s"
            .formatted(
                testbed.mysql().host(),
                testbed.mysql().port(),
                testbed.mysql().rootUser(),
                testbed.mysql().rootPassword()));
    steps.say("  Kafka         " + testbed.kafka().bootstrapServers());
    steps.say("  logs          " + mall.folder());
    steps.say("");
    steps.say(
        "Pay the next order (1001 to 1050 are unpaid; 1090 is closed, 1091 somebody else's):");
    steps.say("");
    steps.say("  TOKEN=" + token);
    steps.say(
        """
          curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
               -d '{"orderIds":[%d]}' %s
        """
            .formatted(nextOrder, mall.paymentUri("/pay/order"))
            .stripTrailing());
    steps.say("");
    steps.say("or order something, and cancel it by its number:");
    steps.say("");
    steps.say(
        """
          curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
               -H "Idempotency-Key: $RANDOM" -d '{"items":[{"skuId":501,"count":1}]}' %s
          curl -X PUT -H "Authorization: Bearer $TOKEN" %s
        """
            .formatted(
                mall.orderUri("/order/submit"), mall.orderUri("/orders/") + "<number>/cancel")
            .stripTrailing());
    steps.say("");
    steps.say("and see what came of it:");
    steps.say("");
    for (var uri :
        List.of(
            mall.paymentUri("/pay/isPay/" + nextOrder),
            mall.orderUri("/orders/" + nextOrder),
            mall.stockUri("/stocks/501"))) {
      steps.say("  curl -H \"Authorization: Bearer $TOKEN\" " + uri);
    }
  }
}
