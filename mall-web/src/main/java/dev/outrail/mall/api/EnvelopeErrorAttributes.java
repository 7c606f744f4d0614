package dev.outrail.mall.api;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.webmvc.error.DefaultErrorAttributes;
import org.springframework.web.context.request.WebRequest;

/** Gives the container's own error responses (a malformed path, say) the envelope's shape. */
public final class EnvelopeErrorAttributes extends DefaultErrorAttributes {

  @Override
  public Map<String, @Nullable Object> getErrorAttributes(
      WebRequest request, ErrorAttributeOptions options) {
    Map<String, @Nullable Object> standard = super.getErrorAttributes(request, options);
    int status = standard.get("status") instanceof Integer number ? number : 500;
    ResultCode code = status < 500 ? ResultCode.INVALID_ARGUMENT : ResultCode.SERVER_ERROR;
    Map<String, @Nullable Object> envelope = new LinkedHashMap<>();
    envelope.put("code", code.code());
    envelope.put("msg", String.valueOf(standard.get("error")));
    envelope.put("data", null);
    // The error controller takes the HTTP status from here.
    envelope.put("status", status);
    return envelope;
  }
}
