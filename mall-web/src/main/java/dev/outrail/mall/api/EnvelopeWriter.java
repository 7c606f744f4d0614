package dev.outrail.mall.api;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Writes an error envelope where no controller is in charge: in filters and in security. */
public final class EnvelopeWriter {

  private final JsonMapper json;

  public EnvelopeWriter(JsonMapper json) {
    this.json = json;
  }

  public void write(
      HttpServletResponse response, int httpStatus, ResultCode code, @Nullable String message)
      throws IOException {
    response.setStatus(httpStatus);
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    response
        .getOutputStream()
        .write(json.writeValueAsBytes(ApiResponse.error(code, String.valueOf(message))));
  }
}
