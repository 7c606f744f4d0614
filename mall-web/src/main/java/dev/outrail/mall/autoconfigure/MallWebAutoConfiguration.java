package dev.outrail.mall.autoconfigure;

import dev.outrail.mall.api.ApiExceptionHandler;
import dev.outrail.mall.api.BodyLimitFilter;
import dev.outrail.mall.api.EnvelopeErrorAttributes;
import dev.outrail.mall.api.EnvelopeWriter;
import dev.outrail.mall.api.LostDatabase;
import dev.outrail.mall.security.MallSecurity;
import dev.outrail.mall.security.MallUserValidator;
import dev.outrail.mall.security.ServiceSecurityProperties;
import dev.outrail.mall.security.ServiceTokens;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** The web side that the mall's applications share. */
@AutoConfiguration(
    beforeName = "org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration",
    afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@EnableConfigurationProperties(ServiceSecurityProperties.class)
public class MallWebAutoConfiguration {

  private static final long MAX_BODY_BYTES = 64 * 1024;

  @Bean
  @ConditionalOnMissingBean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  EnvelopeWriter envelopeWriter(JsonMapper json) {
    return new EnvelopeWriter(json);
  }

  @Bean
  ApiExceptionHandler apiExceptionHandler() {
    return new ApiExceptionHandler();
  }

  @Bean
  EnvelopeErrorAttributes envelopeErrorAttributes() {
    return new EnvelopeErrorAttributes();
  }

  @Bean
  MallSecurity mallSecurity(EnvelopeWriter envelopes, ObjectProvider<JwtDecoder> users) {
    return new MallSecurity(envelopes, users);
  }

  @Bean
  @Order(MallSecurity.HEALTH)
  SecurityFilterChain health(HttpSecurity http) {
    return http.securityMatcher("/actuator/health", "/actuator/health/**")
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .build();
  }

  @Bean
  ServiceTokens serviceTokens(ServiceSecurityProperties properties, Clock clock) {
    return new ServiceTokens(properties.serviceSecret(), clock);
  }

  /** Spring Boot hands it to the decoder of users' tokens. */
  @Bean
  MallUserValidator mallUserValidator() {
    return new MallUserValidator();
  }

  @Bean
  FilterRegistrationBean<BodyLimitFilter> bodyLimitFilter(EnvelopeWriter envelopes) {
    FilterRegistrationBean<BodyLimitFilter> registration =
        new FilterRegistrationBean<>(new BodyLimitFilter(MAX_BODY_BYTES, envelopes));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }

  /** 1.5 and "1" are not order ids, and an amount is not rounded in silence. */
  @Bean
  JsonMapperBuilderCustomizer wholeNumbersOnly() {
    return builder ->
        builder
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS);
  }

  @Bean
  LostDatabase lostDatabase(ApiExceptionHandler others) {
    return new LostDatabase(others);
  }
}
