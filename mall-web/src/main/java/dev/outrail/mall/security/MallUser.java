package dev.outrail.mall.security;

import org.springframework.security.oauth2.jwt.Jwt;

/**
 * The user a request is made for, as the token says.
 *
 * @param userId claim {@code sub}
 * @param sysType claim {@code sys_type}: which kind of user; 0, an ordinary one, when absent
 */
public record MallUser(long userId, int sysType) {

  /** Claim for the kind of user. */
  public static final String SYS_TYPE = "sys_type";

  /**
   * Reads a token that {@link MallUserValidator} has accepted.
   *
   * @throws IllegalArgumentException if it has not been
   */
  public static MallUser of(Jwt token) {
    Object sysType = token.getClaims().getOrDefault(SYS_TYPE, 0);
    if (!(sysType instanceof Number number)
        || number.longValue() < 0
        || number.longValue() > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("claim sys_type must be a number from 0 to 127");
    }
    return new MallUser(Long.parseLong(token.getSubject()), number.intValue());
  }
}
