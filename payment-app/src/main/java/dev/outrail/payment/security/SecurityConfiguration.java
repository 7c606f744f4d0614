package dev.outrail.payment.security;

import dev.outrail.mall.security.MallSecurity;
import jakarta.servlet.DispatcherType;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.web.SecurityFilterChain;

/** Users come with a token; the provider's notices prove themselves by their signature. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

  @Bean
  SecurityFilterChain requests(
      HttpSecurity http, MallSecurity mall, ObjectProvider<JwtDecoder> decoder) {
    return mall.bearerTokens(http, decoder.getIfAvailable(SecurityConfiguration::noKey))
        .authorizeHttpRequests(
            requests ->
                requests
                    .dispatcherTypeMatchers(DispatcherType.ERROR)
                    .permitAll()
                    .requestMatchers(HttpMethod.POST, "/notice/pay/order")
                    .permitAll()
                    .requestMatchers(HttpMethod.GET, "/actuator/health", "/actuator/health/*")
                    .permitAll()
                    .anyRequest()
                    .authenticated())
        .build();
  }

  private static JwtDecoder noKey() {
    throw new MissingTokenKeyException();
  }
}
