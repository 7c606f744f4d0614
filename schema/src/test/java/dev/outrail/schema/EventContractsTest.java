package dev.outrail.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class EventContractsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "payment.succeeded.v1 | {'payId':1,'userId':7,'amount':3,'currency':'CNY','paidAt':'2026-11-24T10:00:00Z','orders':[{'orderId':2,'amount':3}]}",
        "order.paid.v1 | {'orderId':2,'payId':1,'paidAt':'2026-11-24T10:00:00Z','later':'additions are fine'}",
        "order.payment-rejected.v1 | {'payId':1,'orderId':2,'amount':3,'reason':'ORDER_CLOSED'}",
        "order.payment-rejected.v1 | {'payId':1,'orderId':2,'amount':3,'reason':'STOCK_GONE'}",
        "order.created.v1 | {'orderId':2,'userId':7,'shopId':1,'total':3,'currency':'CNY','createdAt':'2026-11-24T10:00:00Z','items':[{'skuId':501,'count':1,'price':3}]}",
        "order.closed.v1 | {'orderId':2,'reason':'TIMED_OUT','closedAt':'2026-11-24T10:00:00Z'}",
        "order.stock-rejected.v1 | {'orderId':2,'payId':1,'reason':'STOCK_GONE'}",
      })
  void anEventAsDescribedIsValid(String type, String event) {
    assertThat(errors(type, event)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "payment.succeeded.v1 | {'payId':1,'userId':7,'amount':3,'currency':'CNY','paidAt':'2026-11-24T10:00:00Z','orders':[]}",
        "payment.succeeded.v1 | {'payId':'1','userId':7,'amount':3,'currency':'CNY','paidAt':'2026-11-24T10:00:00Z','orders':[{'orderId':2,'amount':3}]}",
        "order.paid.v1 | {'orderId':2,'payId':1}",
        "order.payment-rejected.v1 | {'payId':1,'orderId':2,'amount':3,'reason':'OTHER'}",
        "order.created.v1 | {'orderId':2,'userId':7,'shopId':1,'total':3,'currency':'CNY','createdAt':'2026-11-24T10:00:00Z','items':[]}",
        "order.closed.v1 | {'orderId':2,'reason':'OTHER','closedAt':'2026-11-24T10:00:00Z'}",
        "order.stock-rejected.v1 | {'orderId':2,'reason':'STOCK_GONE'}",
      })
  void anEventThatLacksOrChangesSomethingIsNot(String type, String event) {
    assertThat(errors(type, event)).isNotEmpty();
  }

  @Test
  void theAsyncApiDocumentNamesEachContractAndNothingThatIsNotThere() throws IOException {
    JsonNode document;
    try (InputStream in = getClass().getResourceAsStream("/outrail/schema/asyncapi.yaml")) {
      document = new YAMLMapper().readTree(in);
    }

    List<String> payloads = new ArrayList<>();
    document
        .at("/components/messages")
        .forEach(
            message -> {
              String file = message.at("/payload/$ref").asString();
              assertThat(getClass().getResource("/outrail/schema/" + file)).as(file).isNotNull();
              assertThat(file)
                  .isEqualTo("events/" + message.at("/name").asString() + ".schema.json");
              payloads.add(file);
            });
    assertThat(payloads).hasSize(6).doesNotHaveDuplicates();
    assertThat(referencesIn(document))
        .filteredOn(reference -> reference.startsWith("#"))
        .isNotEmpty()
        .allSatisfy(
            reference -> assertThat(document.at(reference.substring(1)).isMissingNode()).isFalse());
  }

  private static List<String> referencesIn(JsonNode node) {
    List<String> references = new ArrayList<>();
    if (node.has("$ref")) {
      references.add(node.get("$ref").asString());
    }
    node.forEach(child -> references.addAll(referencesIn(child)));
    return references;
  }

  private static List<?> errors(String type, String event) {
    try (InputStream in =
        EventContractsTest.class.getResourceAsStream(
            "/outrail/schema/events/" + type + ".schema.json")) {
      Schema schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
      return schema.validate(event.replace('\'', '"'), InputFormat.JSON);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
