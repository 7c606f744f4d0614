package dev.outrail.stock.security;

import dev.outrail.mall.security.MallSecurity;
import dev.outrail.mall.security.ServiceTokens;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Two kinds of callers, told apart by path: applications (locking, the locks of orders and the
 * actuator, with a service token) and users (all else, with their own token). Neither's token opens
 * the other's door.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

  private static final String AUDIENCE = "stock-app";

  @Bean
  @Order(1)
  SecurityFilterChain applications(HttpSecurity http, MallSecurity security, ServiceTokens tokens) {
    return security
        .applications(
            http.securityMatcher("/internal/**", "/orders/*/locks", "/actuator/**"),
            tokens,
            AUDIENCE)
        .build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain users(HttpSecurity http, MallSecurity security) {
    return security
        .users(http)
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .build();
  }
}
