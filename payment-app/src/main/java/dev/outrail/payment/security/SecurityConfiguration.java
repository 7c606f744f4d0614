package dev.outrail.payment.security;

import dev.outrail.mall.security.MallSecurity;
import dev.outrail.mall.security.ServiceTokens;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Users come with a token; the provider's notices prove themselves by their signature; the actuator
 * is for applications with a service token.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

  private static final String AUDIENCE = "payment-app";

  @Bean
  @Order(1)
  SecurityFilterChain applications(HttpSecurity http, MallSecurity security, ServiceTokens tokens) {
    return security.applications(http.securityMatcher("/actuator/**"), tokens, AUDIENCE).build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain users(HttpSecurity http, MallSecurity security) {
    return security
        .users(http)
        .authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers(HttpMethod.POST, "/notice/pay/order")
                    .permitAll()
                    .anyRequest()
                    .authenticated())
        .build();
  }
}
