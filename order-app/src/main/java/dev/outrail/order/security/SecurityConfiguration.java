package dev.outrail.order.security;

import dev.outrail.mall.security.MallSecurity;
import dev.outrail.mall.security.ServiceTokens;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Two kinds of callers, told apart by path: applications ({@code /internal/**} and the actuator,
 * with a service token) and users (all else, with their own token). Neither's token opens the
 * other's door. Health is open to all.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

  private static final String AUDIENCE = "order-app";

  @Bean
  @Order(1)
  SecurityFilterChain health(HttpSecurity http) {
    return http.securityMatcher("/actuator/health/**")
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain applications(
      HttpSecurity http, MallSecurity security, SecurityProperties properties, Clock clock) {
    JwtDecoder decoder = new ServiceTokens(properties.serviceSecret(), clock).decoderFor(AUDIENCE);
    return security
        .bearerTokens(http.securityMatcher("/internal/**", "/actuator/**"), decoder)
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .build();
  }

  @Bean
  @Order(3)
  SecurityFilterChain users(
      HttpSecurity http, MallSecurity security, ObjectProvider<JwtDecoder> decoder) {
    return security
        .bearerTokens(http, decoder.getIfAvailable(SecurityConfiguration::noUserKey))
        .authorizeHttpRequests(
            requests ->
                requests
                    .dispatcherTypeMatchers(DispatcherType.ERROR)
                    .permitAll()
                    .anyRequest()
                    .authenticated())
        .build();
  }

  private static JwtDecoder noUserKey() {
    throw new IllegalStateException(
        "nothing to check users' tokens with: set one of"
            + " spring.security.oauth2.resourceserver.jwt.public-key-location,"
            + " spring.security.oauth2.resourceserver.jwt.jwk-set-uri or"
            + " spring.security.oauth2.resourceserver.jwt.issuer-uri");
  }
}
