package dev.outrail.payment.running;

import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the application answered. */
public record Answer(int status, String body, HttpHeaders headers) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  public String code() {
    return json().path("code").asString();
  }

  public String msg() {
    return json().path("msg").asString();
  }

  public @Nullable JsonNode data() {
    return json().get("data");
  }

  /** The pay id of a payment that was taken. */
  public long payId() {
    if (status != 200) {
      throw new AssertionError("no payment: " + status + " " + body);
    }
    return json().path("data").asLong();
  }

  private JsonNode json() {
    return JSON.readTree(body);
  }

  @Override
  public String toString() {
    return status + " " + body;
  }
}
