package dev.outrail.mall.security;

import dev.outrail.mall.api.EnvelopeWriter;
import dev.outrail.mall.api.ResultCode;
import jakarta.servlet.DispatcherType;
import org.springframework.beans.factory.ObjectProvider;
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
 * Each decides in a filter chain of its own who may call what; health is open to all, before any of
 * them.
 */
public final class MallSecurity {

  /** The order of the chain that opens health; chains of an application come later. */
  public static final int HEALTH = 0;

  private final EnvelopeWriter envelopes;
  private final ObjectProvider<JwtDecoder> users;

  public MallSecurity(EnvelopeWriter envelopes, ObjectProvider<JwtDecoder> users) {
    this.envelopes = envelopes;
    this.users = users;
  }

  /** Configures all but the rules of who may call what, for callers with a user's token. */
  public HttpSecurity users(HttpSecurity http) {
    return bearerTokens(http, users.getIfAvailable(MallSecurity::noKey))
        .authorizeHttpRequests(
            requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR).permitAll());
  }

  /**
   * Lets applications with a service token for {@code audience}, and nobody else, call the paths
   * that {@code http} is limited to.
   */
  public HttpSecurity applications(HttpSecurity http, ServiceTokens tokens, String audience) {
    return bearerTokens(http, tokens.decoderFor(audience))
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated());
  }

  private static JwtDecoder noKey() {
    throw new MissingTokenKeyException();
  }

  private HttpSecurity bearerTokens(HttpSecurity http, JwtDecoder decoder) {
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
