package dev.outrail.mall.security;

import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;

/** Accepts a token only if it names a user and ends at some time. */
public final class MallUserValidator implements OAuth2TokenValidator<Jwt> {

  @Override
  public OAuth2TokenValidatorResult validate(Jwt token) {
    if (token.getExpiresAt() == null) {
      return refuse("claim exp is missing");
    }
    try {
      MallUser.of(token);
      return OAuth2TokenValidatorResult.success();
    } catch (NumberFormatException e) {
      return refuse("claim sub must be the user's number");
    } catch (IllegalArgumentException e) {
      return refuse(String.valueOf(e.getMessage()));
    }
  }

  private static OAuth2TokenValidatorResult refuse(String reason) {
    return OAuth2TokenValidatorResult.failure(
        new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN, reason, null));
  }
}
