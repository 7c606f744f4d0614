package dev.outrail.payment.notice;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ApiResponse;
import dev.outrail.mall.api.ResultCode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Where the provider tells that a payment succeeded. Its signature is all the access it needs. */
@RestController
class NoticeController {

  private static final Logger log = LoggerFactory.getLogger(NoticeController.class);
  // Column pay_info.callback_content.
  private static final int MAX_BYTES = 4000;

  private final NoticeSigner signer;
  private final Notices notices;

  NoticeController(NoticeSigner signer, Notices notices) {
    this.signer = signer;
    this.notices = notices;
  }

  /**
   * Answers success once the payment is, or already was, confirmed; anything else changed nothing.
   */
  @PostMapping(path = "/notice/pay/order", consumes = MediaType.APPLICATION_JSON_VALUE)
  ApiResponse<Boolean> notice(
      @RequestHeader(name = NoticeSigner.HEADER, required = false) @Nullable String signature,
      @RequestBody(required = false) byte @Nullable [] received) {
    byte[] body = received == null ? new byte[0] : received;
    check(signature, body);
    Notice notice = read(body);
    return switch (apply(notice, body)) {
      case CONFIRMED, REPEATED -> ApiResponse.ok(true);
      case UNKNOWN_PAYMENT ->
          throw ApiException.refused(
              ResultCode.INVALID_ARGUMENT, 404, "payment " + notice.payId() + " does not exist");
      case MONEY_DIFFERS ->
          throw ApiException.refused(
              ResultCode.INVALID_ARGUMENT,
              409,
              "amount or currency differ from what payment %d asked for".formatted(notice.payId()));
      case CONFIRMED_OTHERWISE ->
          throw ApiException.refused(
              ResultCode.INVALID_ARGUMENT,
              409,
              "payment %d was confirmed before under another bizPayNo".formatted(notice.payId()));
    };
  }

  private void check(@Nullable String signature, byte[] body) {
    try {
      signer.check(signature, body);
    } catch (BadSignatureException e) {
      log.warn("Notice refused: {}", e.getMessage());
      throw new ApiException(ResultCode.UNAUTHORIZED, "unauthorized: " + e.getMessage());
    }
  }

  private static Notice read(byte[] body) {
    if (body.length > MAX_BYTES) {
      throw new ApiException(
          ResultCode.INVALID_ARGUMENT, "a notice has at most " + MAX_BYTES + " bytes");
    }
    try {
      return Notice.read(body);
    } catch (MalformedNoticeException e) {
      throw new ApiException(ResultCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    }
  }

  private NoticeOutcome apply(Notice notice, byte[] body) {
    try {
      return notices.apply(notice, new String(body, StandardCharsets.UTF_8));
    } catch (ConcurrencyFailureException e) {
      throw ApiException.unavailable(
          "the database is too busy to confirm payment %d; call again".formatted(notice.payId()),
          e);
    }
  }
}
