package dev.outrail.mall.security;

import dev.outrail.mall.api.EnvelopeWriter;
import dev.outrail.mall.api.ResultCode;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.web.BearerTokenAuthenticationEntryPoint;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/**
 * The security that the applications have in common: bearer tokens, no session, envelope errors.
 */
public final class MallSecurity {

  private final EnvelopeWriter envelopes;

  public MallSecurity(EnvelopeWriter envelopes) {
    this.envelopes = envelopes;
  }

  /** Configures all but the rules of who may call what. */
  public HttpSecurity bearerTokens(HttpSecurity http, JwtDecoder decoder) {
    return http.csrf(AbstractHttpConfigurer::disable)
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .exceptionHandling(
            errors ->
                errors.authenticationEntryPoint(entryPoint()).accessDeniedHandler(accessDenied()))
        .oauth2ResourceServer(
            server ->
                server
                    .jwt(jwt -> jwt.decoder(decoder))
                    .authenticationEntryPoint(entryPoint())
                    .accessDeniedHandler(accessDenied()));
  }

  private AuthenticationEntryPoint entryPoint() {
    BearerTokenAuthenticationEntryPoint standard = new BearerTokenAuthenticationEntryPoint();
    return (request, response, failure) -> {
      standard.commence(request, response, failure);
      envelopes.write(
          response, response.getStatus(), ResultCode.UNAUTHORIZED, "unauthorized: " + why(failure));
    };
  }

  private static String why(AuthenticationException failure) {
    return failure instanceof OAuth2AuthenticationException token
            && token.getError().getDescription() != null
        ? token.getError().getDescription()
        : "send a header 'Authorization: Bearer <token>' with a valid token";
  }

  private AccessDeniedHandler accessDenied() {
    return (request, response, failure) ->
        envelopes.write(
            response, 403, ResultCode.UNAUTHORIZED, "this token does not allow this request");
  }
}
