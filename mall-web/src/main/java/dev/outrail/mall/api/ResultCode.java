package dev.outrail.mall.api;

/** The mall's result codes with the HTTP status that each is sent with. */
public enum ResultCode {
  OK("00000", 200),
  INVALID_ARGUMENT("A00002", 400),
  UNAUTHORIZED("A00004", 401),
  SERVER_ERROR("A00005", 500),
  ORDER_NOT_EXIST("A03000", 404),
  ORDER_EXPIRED("A03003", 409),
  ORDER_PAYED("A03007", 409),
  NOT_STOCK("A03010", 409);

  private final String code;
  private final int httpStatus;

  ResultCode(String code, int httpStatus) {
    this.code = code;
    this.httpStatus = httpStatus;
  }

  public String code() {
    return code;
  }

  public int httpStatus() {
    return httpStatus;
  }
}
